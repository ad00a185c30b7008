import { RequestError } from '@culprit/platform';
import { problemOfRule, ruleIdOf, type RuleChange } from '@culprit/scoring';
import { rulesBody } from './rule-schemas.js';
import { ruleFrom, textsOf } from './rules.service.js';

/**
 * Rules as a list of the API or a file has them: `{"rules": […]}`.
 *
 * @throws RequestError CULPRIT_HTTP_INVALID that names the rule and what is wrong with it
 */
export function parseRules(content: unknown): RuleChange[] {
  const parsed = rulesBody.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a list of rules'}`);
  }
  return parsed.data.rules.map((body, i) => {
    const { template, templates: several, templateIds, ruleId: _, environment, logType, ...decision } = body;
    const templates = textsOf({ template, templates: several });
    if (templates === undefined || templateIds !== undefined)
      throw invalid(`rules.${i}: expected "template" or "templates", by their texts`);
    const rule = ruleFrom(decision, { environment: environment ?? '', logType: logType ?? '', templates });
    const problem = problemOfRule(rule);
    if (problem !== undefined) throw invalid(`rules.${i}: ${problem}`);
    return { ruleId: ruleIdOf(rule), version: 1, rule };
  });
}

function invalid(detail: string): RequestError {
  return new RequestError({ code: 'CULPRIT_HTTP_INVALID', detail });
}
