import { type ChildProcess, spawn as spawnChild } from 'node:child_process';
import { childEnvironment } from '../../core/child-environment.ts';

/** How a browser finds the desktop, and programs of their own. */
const ofDesktops = ['DISPLAY', 'WAYLAND_', 'XAUTHORITY', 'DBUS_', 'XDG_', 'DESKTOP_', 'BROWSER', 'GNOME_', 'KDE_'];

type Spawn = (command: string, args: readonly string[], options: object) => ChildProcess;

/** Hands an address to the user's browser, without a shell. False where there is none to hand it to. */
export async function openBrowser(
  url: string,
  {
    platform,
    env,
    spawn = spawnChild,
  }: {
    readonly platform: NodeJS.Platform;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly spawn?: Spawn;
  },
): Promise<boolean> {
  const [command, ...args] = openerOf(platform, env);
  if (command === undefined) return false;
  return await new Promise<boolean>((resolve) => {
    const child = spawn(command, [...args, url], {
      stdio: 'ignore',
      detached: true,
      env: childEnvironment(env, ofDesktops),
    });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      // It may live for as long as the browser does.
      child.unref();
      resolve(true);
    });
  });
}

function openerOf(platform: NodeJS.Platform, env: Readonly<Record<string, string | undefined>>): readonly string[] {
  if (platform === 'darwin') return ['open'];
  // `start` is the shell's own, and a shell would read the address.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler'];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : [];
}
