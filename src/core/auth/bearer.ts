import type { TokenManager } from './token-manager.ts';

type Headers = Readonly<Record<string, string>>;

/** The `authorize` and `refresh` of an HTTP client for tokens that are kept fresh. */
export function bearerOf(keeper: TokenManager) {
  return {
    async authorize(): Promise<Headers> {
      return { authorization: `Bearer ${await keeper.accessToken()}` };
    },
    /** The token that was refused, not the last one: a request that was slow to be refused must not spend its successor. */
    async refresh({ authorization = '' }: Headers): Promise<boolean> {
      await keeper.renew(authorization.replace(/^Bearer /, ''));
      return true;
    },
  };
}
