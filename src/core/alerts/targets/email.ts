import type { AlertTarget } from '../config.ts';
import type { Target } from './alert-target.ts';
import { answerMs, deliveryFailed } from './not-delivered.ts';

/** A mail of plain text. Each has a connection of its own: they are few. */
export function emailTarget({ from, to, smtp }: Extract<AlertTarget, { type: 'email' }>): Target['send'] {
  const { host, port, security, user, password } = smtp;
  return async ({ text }) => {
    // Loaded with the first mail: few runs send one, and each would pay for it with 2 MB.
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      host,
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
      connectionTimeout: answerMs,
      greetingTimeout: answerMs,
      socketTimeout: answerMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const [subject = ''] = text.slice(0, 120).split('\n');
    try {
      await transport.sendMail({ from, to: typeof to === 'string' ? to : [...to], subject, text });
    } catch (error) {
      throw deliveryFailed(`the mail server did not take it (${reasonOf(error)})`);
    } finally {
      transport.close();
    }
  };
}

/** Its messages hold addresses; the codes say enough. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return 'responseCode' in error && typeof error.responseCode === 'number' ? `${code} ${error.responseCode}` : code;
}
