import { type Context, defaultOperators, type Operators } from 'liquidjs';

/**
 * Liquid's operators where liquidjs uses JavaScript's: without a value, nothing is larger or smaller. In JavaScript, `null < 1`
 * holds. A text that contains a number compares with numbers as a number, which Liquid refuses: every cell of a CSV file is text.
 */
export const operators: Operators = {
  ...defaultOperators,
  '==': withOneNil('=='),
  '!=': withOneNil('!='),
  '>': ofOrderedValues('>'),
  '<': ofOrderedValues('<'),
  '>=': ofOrderedValues('>='),
  '<=': ofOrderedValues('<='),
};

type Handler = (left: unknown, right: unknown, context: Context) => ReturnType<Operators[string]>;

/** A value that is null equals one that is missing. */
function withOneNil(name: '==' | '!='): Handler {
  return (left, right, context) => operator(name)(left ?? undefined, right ?? undefined, context);
}

function ofOrderedValues(name: string): Handler {
  return (left, right, context) => haveOrder(left, right) && operator(name)(left, right, context);
}

function haveOrder(left: unknown, right: unknown): boolean {
  if (typeof left === 'string' && typeof right === 'string') return true;
  return isNumeric(left) && isNumeric(right);
}

function isNumeric(value: unknown): boolean {
  return (
    typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)))
  );
}

function operator(name: string): Handler {
  const handler = defaultOperators[name];
  if (!handler) throw new Error(`liquidjs has no operator ${name}`);
  return (left, right, context) => handler(left, right, context);
}
