type Environment = Readonly<Record<string, string | undefined>>;

/** What programs need to run, speak the user's language and reach the network: where they are, and how Windows finds them. */
const passedOn = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TERM', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR', 'TMP', 'TEMP'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'],
  ...['PYTHONPATH', 'PYTHONHOME', 'PYTHONIOENCODING', 'PYTHONUTF8', 'VIRTUAL_ENV', 'LD_LIBRARY_PATH'],
  ...['SYSTEMROOT', 'WINDIR', 'COMSPEC', 'PATHEXT', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA'],
]);

/** The environment of a program that we start: the rest of ours may hold secrets. `also`: names, or beginnings of names. */
export function childEnvironment(environment: Environment, also: readonly string[] = []): Environment {
  const isPassedOn = (name: string): boolean =>
    passedOn.has(name.toUpperCase()) || name.startsWith('LC_') || also.some((beginning) => name.startsWith(beginning));
  return Object.fromEntries(Object.entries(environment).filter(([name]) => isPassedOn(name)));
}
