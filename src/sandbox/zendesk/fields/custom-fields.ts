import type { TwinRequest, TwinResponse } from '../../server/twin.ts';
import type { Role } from '../account/auth.ts';
import { pageable, paged } from '../api/paging.ts';
import { forbidden, invalid, notFound, objectOf } from '../api/responses.ts';
import type { FieldProblem, User } from '../people/users.ts';
import { matchesRubyPattern } from './ruby-pattern.ts';

export interface FieldOption {
  readonly id: number;
  readonly name: string;
  readonly value: string;
}

export interface UserField {
  readonly id: number;
  readonly key: string;
  readonly type: string;
  title: string;
  description: string;
  active: boolean;
  position: number;
  readonly regexp_for_validation: string | null;
  readonly tag?: string;
  readonly relationship_target_type?: string;
  custom_field_options?: readonly FieldOption[];
}

type Body = Readonly<Record<string, unknown>>;

const types = [
  'text',
  'textarea',
  'checkbox',
  'date',
  'integer',
  'decimal',
  'regexp',
  'dropdown',
  'multiselect',
  'lookup',
];
const choices = new Set(['dropdown', 'multiselect']);

/** What has custom fields: a user or an organization. */
export interface FieldHolder {
  readonly values: Record<string, unknown>;
  tags: string[];
}

/**
 * Custom fields of users, or of organizations: what an admin has defined, what their values may be, and the tags that they
 * leave on who has them.
 */
export function createCustomFields(owner: 'user' | 'organization', origin: () => string) {
  const one = `${owner}_field`;
  const many = `${owner}_fields`;
  const byKey = new Map<string, UserField>();
  let nextId = 7_000_001;

  function problemOfDefinition(body: Body): FieldProblem | undefined {
    const { key, title, type = 'text', custom_field_options: options } = body;
    if (typeof key !== 'string' || !/^\w+$/.test(key) || /^\d+$/.test(key))
      return { field: 'key', description: 'Key: is invalid', error: 'InvalidValue' };
    if (byKey.has(key))
      return { field: 'key', description: `Key: ${key} has already been taken`, error: 'DuplicateValue' };
    if (typeof title !== 'string' || title.trim() === '')
      return { field: 'title', description: 'Title: cannot be blank', error: 'BlankValue' };
    if (!types.includes(String(type))) return { field: 'type', description: 'Type: is invalid', error: 'InvalidValue' };
    return choices.has(String(type)) ? problemOfOptions(options) : undefined;
  }

  function problemOfOptions(options: unknown): FieldProblem | undefined {
    const field = 'custom_field_options';
    if (!Array.isArray(options) || options.length === 0)
      return { field, description: 'Field options: cannot be blank', error: 'BlankValue' };
    const values = options.map((option: { name?: unknown; value?: unknown }) => option.value);
    if (new Set(values).size < values.length || values.some((value) => typeof value !== 'string' || value === ''))
      return { field, description: 'Field options: is invalid', error: 'InvalidValue' };
    return undefined;
  }

  function define(body: Body): UserField {
    nextId += 1;
    const text = (value: unknown): string => (typeof value === 'string' ? value : '');
    const type = text(body.type) || 'text';
    const field: UserField = {
      id: nextId,
      key: text(body.key),
      type,
      title: text(body.title),
      description: text(body.description),
      active: body.active !== false,
      position: byKey.size,
      regexp_for_validation: typeof body.regexp_for_validation === 'string' ? body.regexp_for_validation : null,
      ...(type === 'checkbox' && typeof body.tag === 'string' && { tag: body.tag }),
      ...(type === 'lookup' && { relationship_target_type: text(body.relationship_target_type) }),
      ...(choices.has(type) && { custom_field_options: optionsOf(body.custom_field_options, []) }),
    };
    byKey.set(field.key, field);
    return field;
  }

  function optionsOf(given: unknown, before: readonly FieldOption[]): readonly FieldOption[] {
    if (!Array.isArray(given)) return before;
    return given.map(({ id, name, value }: { id?: number | null; name: string; value: string }) => {
      nextId += 1;
      const known = before.find((option) => option.id === id || option.value === value);
      return { id: known?.id ?? nextId, name, value };
    });
  }

  /** The list is replaced: what is not in it is gone. */
  function change(field: UserField, body: Body): FieldProblem | undefined {
    if ('custom_field_options' in body) {
      const problem = problemOfOptions(body.custom_field_options);
      if (problem) return problem;
      field.custom_field_options = optionsOf(body.custom_field_options, field.custom_field_options ?? []);
    }
    if (typeof body.title === 'string') field.title = body.title;
    if (typeof body.active === 'boolean') field.active = body.active;
    return undefined;
  }

  function addOption(field: UserField, option: Body): TwinResponse {
    const before = field.custom_field_options ?? [];
    const problem = choices.has(field.type) ? change(field, { custom_field_options: [...before, option] }) : undefined;
    if (problem) return invalid(problem);
    return choices.has(field.type)
      ? { status: 201, body: { custom_field_option: field.custom_field_options?.at(-1) } }
      : notFound;
  }

  return {
    byKey,
    define,
    problemOf,
    assign,
    keepInStep,
    /** Undefined for a call that is about something else. */
    route(request: TwinRequest, path: string, role: Role): TwinResponse | undefined {
      const { method } = request;
      if (path === `/${many}` && method === 'GET') return listed(request);
      if (!path.startsWith(`/${many}`)) return undefined;
      if (role !== 'admin') return forbidden;
      const body = objectOf(request, one);
      if (path === `/${many}` && method === 'POST') {
        const problem = problemOfDefinition(body);
        return problem ? invalid(problem) : { status: 201, body: { [one]: define(body) } };
      }
      const [, id, rest] = /^\/\w+\/(\d+)(\/options)?$/.exec(path) ?? [];
      const field = [...byKey.values()].find((one) => one.id === Number(id));
      if (id !== undefined && !field) return notFound;
      if (!field || method !== (rest === undefined ? 'PUT' : 'POST')) return undefined;
      if (rest !== undefined) return addOption(field, objectOf(request, 'custom_field_option'));
      const problem = change(field, body);
      return problem ? invalid(problem) : { status: 200, body: { [one]: field } };
    },
  };

  function listed(request: TwinRequest): TwinResponse {
    const list = pageable([...byKey.values()]);
    return paged(request, { name: many, list, show: (field) => field, origin: origin() });
  }

  /** Unknown keys are dropped without a word. */
  function problemOf(values: unknown): FieldProblem | undefined {
    for (const [key, value] of Object.entries(values ?? {})) {
      const field = byKey.get(key);
      if (!field || value === null || value === '' || accepts(field, value)) continue;
      return { field: key, description: `${field.title}: is invalid`, error: 'InvalidValue' };
    }
    return undefined;
  }

  /** A date comes back with a time, a number as one, and a box or choice leaves its tag. */
  function assign(holder: FieldHolder, values: unknown): void {
    for (const [key, value] of Object.entries(values ?? {})) {
      const field = byKey.get(key);
      if (!field) continue;
      const before = tagsFor(field, holder.values[key]);
      holder.values[key] = stored(field, value);
      const now = tagsFor(field, holder.values[key]);
      holder.tags = [...new Set([...holder.tags.filter((tag) => !before.includes(tag)), ...now])].sort();
    }
  }

  /** A field whose tag was taken away is emptied. */
  function keepInStep(user: User): void {
    for (const field of byKey.values()) {
      const value = user.user_fields[field.key];
      const left = tagsFor(field, value).filter((tag) => user.tags.includes(tag));
      if (field.type === 'checkbox' && field.tag !== undefined) user.user_fields[field.key] = left.length > 0;
      if (field.type === 'dropdown' && value) user.user_fields[field.key] = left[0] ?? null;
      if (field.type === 'multiselect' && value) user.user_fields[field.key] = left;
    }
  }
}

function tagsFor({ type, tag, custom_field_options: options = [] }: UserField, value: unknown): readonly string[] {
  if (type === 'checkbox') return value === true && tag !== undefined ? [tag] : [];
  if (!choices.has(type)) return [];
  const chosen: readonly unknown[] = Array.isArray(value) ? value : [value];
  return options.map((option) => option.value).filter((one) => chosen.includes(one));
}

function stored({ type }: UserField, value: unknown): unknown {
  if (type === 'checkbox') return value === true || value === 'true';
  if (value === null || value === '') return null;
  if (type === 'date') return `${String(value).slice(0, 10)}T00:00:00+00:00`;
  return type === 'integer' || type === 'decimal' ? Number(value) : value;
}

function accepts(
  { type, custom_field_options: options = [], regexp_for_validation: regexp }: UserField,
  value: unknown,
) {
  const text = String(value);
  const has = (one: unknown): boolean => options.some((option) => option.value === one);
  switch (type) {
    case 'checkbox':
      return ['true', 'false'].includes(text);
    case 'integer':
      return /^[+-]?\d+$/.test(text);
    case 'decimal':
      return /^[+-]?\d*[.,]?\d+$/.test(text) && text.replaceAll(/\D/g, '').length < 12;
    case 'date':
      return /^\d{4}-(1[0-2]|0[1-9])-(3[01]|[12]\d|0[1-9])/.test(text);
    case 'dropdown':
      return has(value);
    case 'multiselect':
      return Array.isArray(value) && value.every(has);
    case 'lookup':
      return /^\w+$/.test(text);
    case 'regexp':
      return regexp === null || matchesRubyPattern(regexp, text);
    default:
      return typeof value === 'string';
  }
}

export type CustomFields = ReturnType<typeof createCustomFields>;
