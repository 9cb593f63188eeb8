import type { ConsoleConfig } from '../config.ts';

/** Cookies of the console. Where browsers come by https, none of another host or path can take their place. */
export interface Cookies {
  read(header: string | undefined): string | undefined;
  set(value: string): string;
  clear(): string;
}

interface Options {
  readonly isSecure: boolean;
  /** Lax: it comes also with a page that another site leads to, as at the end of a sign-in elsewhere. */
  readonly sameSite: 'Strict' | 'Lax';
  readonly maxAgeSeconds?: number;
}

export function createCookie(name: string, { isSecure, sameSite, maxAgeSeconds }: Options): Cookies {
  const whole = isSecure ? `__Host-${name}` : name;
  const attributes = `Path=/; HttpOnly; SameSite=${sameSite}${isSecure ? '; Secure' : ''}`;
  return {
    read(header) {
      const found = (header ?? '').split(';').map((part) => part.trim());
      return found.find((part) => part.startsWith(`${whole}=`))?.slice(whole.length + 1);
    },
    set: (value) =>
      `${whole}=${value}; ${attributes}${maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`}`,
    clear: () => `${whole}=; ${attributes}; Max-Age=0`,
  };
}

export function isSecure({ publicUrl }: ConsoleConfig): boolean {
  return publicUrl?.startsWith('https:') === true;
}
