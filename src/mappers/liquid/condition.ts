import { type Liquid, Tokenizer, TypeGuards } from 'liquidjs';

/** Filters at the end of a condition. Behind them liquidjs reads nothing more: `Notes | size > 1` asks only for the size. */
const filtersAtEnd = /^\|(?:[^<>=!"']|"[^"]*"|'[^']*')*$/;

/**
 * liquidjs takes `Balance >`, `Balance 0` and `Balance = 0` for conditions that never hold: everybody would be skipped without
 * a word. Throws for an invalid condition.
 */
export function assertCondition(text: string, liquid: Liquid): void {
  const tokenizer = new Tokenizer(text, liquid.options.operators);
  let wantsOperand = true;
  for (const token of tokenizer.readExpressionTokens()) {
    const operator = TypeGuards.isOperatorToken(token) ? token.operator : undefined;
    if (operator === 'not' && wantsOperand) continue;
    if ((operator === undefined) !== wantsOperand)
      throw new Error(`${wantsOperand ? 'a value' : 'an operator'} is missing before ${token.getText()}`);
    wantsOperand = !wantsOperand;
  }
  tokenizer.skipBlank();
  const rest = text.slice(tokenizer.p);
  if (rest !== '' && !filtersAtEnd.test(rest))
    throw new Error(`"${rest}" is not expected there (compare with ==, !=, >, <, >=, <=, contains; join with and, or)`);
  if (wantsOperand) throw new Error('a value is missing at the end');
}
