/** Our own environment without settings of Culprit: what is started has only those it is given. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('CULPRIT_')));
}
