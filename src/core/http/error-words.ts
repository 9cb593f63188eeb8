import { z } from 'zod';
import type { HttpBody, HttpRequest } from './types.ts';

const maxWords = 300;
/** Of a body: what stands further on is not shown. */
const maxRead = 2_000;
const minSentValue = 3;
/** Where error bodies have their words: RFC 9457 (`title`, `detail`), RFC 6749 (`error`, `error_description`), and the habits of vendors. */
const wordKeys = ['error', 'title', 'message', 'description', 'error_description', 'detail', 'details', 'errors'];
const maxDepth = 4;
/** E-mail addresses, and numbers as phones have them. Ids are neither. */
const personal: readonly RegExp[] = [/[^\s"'<>(),;:[\]]+@[^\s"'<>(),;]+/g, /\+\d[\d ()./-]{6,}\d/g];

/**
 * The other side's own words about a refusal, for messages: without addresses, phone numbers and whatever of the request
 * they repeat. Undefined where it says nothing that people can read.
 */
export function errorWords(body: HttpBody, request: Pick<HttpRequest, 'body' | 'query'>): string | undefined {
  const found = body.kind === 'json' ? wordsIn(body.value, 0) : body.kind === 'text' ? [plainText(body.text)] : [];
  const text = withoutSent([...new Set(found.map((words) => words.trim()))].join(': '), request);
  const clean = text.replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  if (clean === '') return undefined;
  return clean.length > maxWords ? `${clean.slice(0, maxWords).toWellFormed()}…` : clean.replace(/\.$/, '');
}

const record = z.record(z.string(), z.unknown());

/** Below `details` and `errors` every name may hold words: they are fields of the request. */
function wordsIn(value: unknown, depth: number): readonly string[] {
  if (typeof value === 'string') return value.trim() === '' ? [] : [value];
  if (depth === maxDepth) return [];
  if (Array.isArray(value)) return value.slice(0, 3).flatMap((item: unknown) => wordsIn(item, depth + 1));
  const fields = record.safeParse(value).data;
  if (!fields) return [];
  const known = wordKeys.flatMap((key) => wordsIn(fields[key], depth + 1));
  return known.length > 0 || depth === 0
    ? known
    : Object.values(fields)
        .slice(0, 3)
        .flatMap((one) => wordsIn(one, depth + 1));
}

/** A page says in its title what it is. Other text speaks for itself. */
function plainText(text: string): string {
  const head = text.slice(0, maxRead);
  if (!isPage(head)) return head;
  const title = /<title[^>]*>([^<]*)/i.exec(head)?.[1] ?? /<h1[^>]*>([^<]*)/i.exec(head)?.[1];
  return title ?? '';
}

/** Whether a text is a web page, as a server shows it to browsers. */
export function isPage(text: string): boolean {
  return /^\s*(?:<!doctype html|<html|<head|<body)/i.test(text);
}

/** Values of the request may be customer data, whatever the reply says about them. */
function withoutSent(words: string, { body, query }: Pick<HttpRequest, 'body' | 'query'>): string {
  let text = words.slice(0, maxRead);
  for (const pattern of personal) text = text.replaceAll(pattern, '[…]');
  for (const value of sentTexts([body, Object.values(query ?? {})], text)) text = text.replaceAll(value, '[…]');
  return text;
}

/** Texts of the request that stand in the words, the longest first. */
function sentTexts(request: unknown, words: string): readonly string[] {
  const found = new Set<string>();
  const rest: unknown[] = [request];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value === 'string' && value.length >= minSentValue && words.includes(value)) found.add(value);
    if (typeof value === 'object' && value !== null) rest.push(...Object.values(value));
  }
  return [...found].sort((a, b) => b.length - a.length);
}
