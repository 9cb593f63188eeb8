import type { TokenManager } from './token-manager.ts';

type Headers = Readonly<Record<string, string>>;

/** `scheme`: what stands before the token; RFC 6750 says Bearer, and some vendors have a word of their own. The `authorize` and `refresh` of an HTTP client for tokens that are kept fresh. */
export function bearerOf(keeper: TokenManager, scheme = 'Bearer') {
  return {
    async authorize(): Promise<Headers> {
      return { authorization: `${scheme} ${await keeper.accessToken()}` };
    },
    /** The token that was refused, not the last one: a request that was slow to be refused must not spend its successor. */
    async refresh({ authorization = '' }: Headers): Promise<boolean> {
      await keeper.renew(authorization.slice(scheme.length + 1));
      return true;
    },
  };
}
