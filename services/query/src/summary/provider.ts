import { z } from 'zod';
import type { Answer } from '../notify/post.js';
import type { OutgoingRequest } from '../notify/formats/request.js';
import { jsonRequest } from '../notify/formats/request.js';
import { modelAnswer, UnusableAnswer } from './answer.js';
import type { Prompt } from './prompt.js';

/** Which model is asked, where. */
export interface Provider {
  /** The protocol: chat completions as OpenAI's, or messages with tools. */
  readonly kind: 'chat-completions' | 'messages';
  /** Base address, for example `https://api.openai.com/v1` or `http://127.0.0.1:11434/v1`. */
  readonly url: string;
  readonly key: string | undefined;
  readonly model: string;
  /** Headers that the provider wants beside its key. */
  readonly headers: Readonly<Record<string, string>>;
}

const maxTokens = 600;
const toolName = 'give_summary';
const { $schema: _, ...answerSchema } = z.toJSONSchema(modelAnswer);

/** The request for a prompt. Nothing of it can make the model do anything but answer. */
export function requestFor(prompt: Prompt, provider: Provider): OutgoingRequest {
  const base = provider.url.replace(/\/+$/, '');
  const { kind, key, headers } = provider;
  return kind === 'chat-completions'
    ? jsonRequest(`${base}/chat/completions`, completionsBody(prompt, provider), {
        ...headers,
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      })
    : jsonRequest(`${base}/v1/messages`, messagesBody(prompt, provider), {
        ...headers,
        ...(key === undefined ? {} : { 'x-api-key': key }),
      });
}

/** The text of the model in an answer of its provider. @throws UnusableAnswer where there is none */
export function modelTextOf({ body }: Answer, kind: Provider['kind']): string {
  const parsed = (kind === 'chat-completions' ? completionsAnswer : messagesAnswer).safeParse(jsonOf(body));
  if (!parsed.success) throw new UnusableAnswer('the provider answered in a form that is not known');
  return parsed.data;
}

const completionsAnswer = z
  .object({ choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1) })
  .transform(({ choices }) => choices[0]?.message.content ?? '');

const messagesAnswer = z
  .object({
    content: z.array(z.object({ type: z.string(), name: z.string().optional(), input: z.unknown() })),
  })
  .transform(({ content }) => JSON.stringify(content.find(({ name }) => name === toolName)?.input ?? null));

function completionsBody({ system, data }: Prompt, { model }: Provider): Record<string, unknown> {
  return {
    model,
    temperature: 0,
    max_tokens: maxTokens,
    messages: [
      { role: 'system', content: system },
      { role: 'user', content: data },
    ],
    response_format: {
      type: 'json_schema',
      json_schema: { name: toolName, strict: true, schema: answerSchema },
    },
  };
}

/** A form of answer is what a forced tool has; the tool is none, its input is the answer. */
function messagesBody({ system, data }: Prompt, { model }: Provider): Record<string, unknown> {
  return {
    model,
    temperature: 0,
    max_tokens: maxTokens,
    system,
    messages: [{ role: 'user', content: data }],
    tools: [{ name: toolName, description: 'Gives the summary', input_schema: answerSchema }],
    tool_choice: { type: 'tool', name: toolName },
  };
}

/** Headers as a setting has them: `name: value` separated by commas; undefined where one is none. */
export function parseHeaders(text: string): Readonly<Record<string, string>> | undefined {
  const headers: Record<string, string> = {};
  for (const part of text.split(',').map((one) => one.trim())) {
    if (part === '') continue;
    const found = /^([\w-]{1,100}):\s*([\x20-\x7e]{1,500})$/.exec(part);
    if (found?.[1] === undefined || found[2] === undefined) return undefined;
    headers[found[1].toLowerCase()] = found[2];
  }
  return headers;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
