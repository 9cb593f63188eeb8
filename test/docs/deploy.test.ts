import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { flagsByCommand } from '../../scripts/reference/commands.ts';
import { readSettings } from '../../src/app/settings.ts';
import { createRedactor } from '../../src/core/redaction/redact.ts';
import { ownFolder } from '../kit/folder.ts';

const folder = resolve(import.meta.dirname, '../../docs/deploy');
const text = (file: string): string => readFileSync(join(folder, file), 'utf8');

const statePath = '/var/lib/rolodesk/state.db';
const configPath = '/etc/rolodesk/rolodesk.yaml';

const metadata = z.looseObject({ name: z.literal('rolodesk') });
const configMap = z.looseObject({
  kind: z.literal('ConfigMap'),
  metadata,
  data: z.object({ 'rolodesk.yaml': z.string() }),
});
const secret = z.looseObject({
  kind: z.literal('Secret'),
  metadata,
  stringData: z.record(z.string(), z.literal('')),
});
const claim = z.looseObject({
  kind: z.literal('PersistentVolumeClaim'),
  metadata,
  spec: z.looseObject({ accessModes: z.tuple([z.literal('ReadWriteOncePod')]) }),
});

/** As strict as these files shall be: no root, nothing to write but the state and /tmp, secrets as files. */
const pod = z.looseObject({
  automountServiceAccountToken: z.literal(false),
  securityContext: z.looseObject({
    runAsNonRoot: z.literal(true),
    runAsUser: z.literal(1000),
    fsGroup: z.literal(1000),
  }),
  terminationGracePeriodSeconds: z.number().min(61),
  containers: z.tuple([
    z.looseObject({
      image: z.string().regex(/:\d+\.\d+\.\d+$/),
      args: z.array(z.string()).min(1),
      env: z.array(z.strictObject({ name: z.string(), value: z.string() })),
      securityContext: z.object({
        allowPrivilegeEscalation: z.literal(false),
        readOnlyRootFilesystem: z.literal(true),
        capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
      }),
      livenessProbe: z.looseObject({ httpGet: z.looseObject({ path: z.literal('/healthz') }) }).optional(),
      resources: z.looseObject({ limits: z.object({ memory: z.string() }) }),
      volumeMounts: z.array(
        z.looseObject({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() }),
      ),
    }),
  ]),
  volumes: z.array(z.looseObject({ name: z.string() })),
});
const cronJob = z.looseObject({
  apiVersion: z.literal('batch/v1'),
  kind: z.literal('CronJob'),
  spec: z.looseObject({
    concurrencyPolicy: z.literal('Forbid'),
    jobTemplate: z.object({
      spec: z.looseObject({ backoffLimit: z.literal(0), template: z.looseObject({ spec: pod }) }),
    }),
  }),
});
const deployment = z.looseObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('Deployment'),
  spec: z.looseObject({
    replicas: z.literal(1),
    strategy: z.object({ type: z.literal('Recreate') }),
    selector: z.object({ matchLabels: z.object({ app: z.literal('rolodesk') }) }),
    template: z.looseObject({ metadata: z.object({ labels: z.object({ app: z.literal('rolodesk') }) }), spec: pod }),
  }),
});

const documentsOf = (file: string): unknown[] =>
  parseAllDocuments(text(file)).map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });
const [map, secrets, volume] = documentsOf('kubernetes-common.yaml');
const config = configMap.parse(map).data['rolodesk.yaml'];
const variables = [...config.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name);
const needed = ['ROLODESK_KEY', ...variables].sort();

test('the configuration for Kubernetes can be loaded with its secrets as files, and keeps its state on the volume', async () => {
  claim.parse(volume);
  expect(Object.keys(secret.parse(secrets).stringData).sort()).toEqual(needed);
  const cwd = ownFolder();
  writeFileSync(join(cwd, 'rolodesk.yaml'), config);
  const env = Object.fromEntries(
    variables.map((name) => {
      writeFileSync(join(cwd, name), `the value of ${name}\n`);
      return [`${name}_FILE`, join(cwd, name)];
    }),
  );
  const settings = await readSettings({ asked: undefined, host: { env, cwd, redactor: createRedactor([]) } });
  expect(settings.state).toMatchObject({ kind: 'sqlite', path: statePath });
  expect(settings.config.source).toMatchObject({ refreshToken: 'the value of QBO_REFRESH_TOKEN' });
});

const pods: readonly (readonly [string, z.output<typeof pod>])[] = [
  ['CronJob', cronJob.parse(documentsOf('kubernetes-cronjob.yaml')[0]).spec.jobTemplate.spec.template.spec],
  ['Deployment', deployment.parse(documentsOf('kubernetes-deployment.yaml')[0]).spec.template.spec],
];

test.each(pods)('the pod of the %s has every secret as a file, and the state on the claimed volume', (_, spec) => {
  const [{ args, env, volumeMounts }] = spec.containers;
  expect(env.map(({ name }) => name).sort()).toEqual(needed.map((name) => `${name}_FILE`));
  for (const { name, value } of env) expect(`${value}_FILE`).toBe(`/run/secrets/rolodesk/${name}`);
  const volumeAt = (path: string) =>
    spec.volumes.find(({ name }) => volumeMounts.find(({ mountPath }) => mountPath === path)?.name === name);
  expect(volumeMounts.map(({ name }) => name).sort()).toEqual(spec.volumes.map(({ name }) => name).sort());
  expect(volumeAt('/var/lib/rolodesk')).toMatchObject({ persistentVolumeClaim: { claimName: 'rolodesk' } });
  expect(volumeAt('/run/secrets/rolodesk')).toMatchObject({ secret: { secretName: 'rolodesk' } });
  expect(volumeAt('/etc/rolodesk')).toMatchObject({ configMap: { name: 'rolodesk' } });
  expect(args).toContain(configPath);
  expect(unknownFlags(args)).toEqual([]);
});

const workers = z.looseObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('Deployment'),
  spec: z.looseObject({
    replicas: z.number().min(2),
    strategy: z.looseObject({ type: z.literal('RollingUpdate') }),
    template: z.looseObject({ spec: pod }),
  }),
});

test('the workers of Kubernetes keep nothing of their own: no volume, and the state and the key as secrets', () => {
  const [secrets, job, deployment, scaler, budget] = documentsOf('kubernetes-workers.yaml');
  const names = Object.keys(secret.parse(secrets).stringData);
  expect(names.sort()).toEqual(['ROLODESK_KEY', 'ROLODESK_STATE']);
  const migration = z
    .looseObject({
      kind: z.literal('Job'),
      spec: z.looseObject({ template: z.looseObject({ spec: z.looseObject({}) }) }),
    })
    .parse(job);
  const ofJob = pod
    .omit({ terminationGracePeriodSeconds: true })
    .extend({ containers: z.tuple([pod.shape.containers.def.items[0].omit({ resources: true })]) })
    .parse(migration.spec.template.spec);
  expect(ofJob.containers[0].args).toEqual(['state', 'migrate']);
  const { spec } = workers.parse(deployment).spec.template;
  for (const { containers, volumes } of [ofJob, spec]) {
    expect(containers[0].env).toEqual(
      names.map((name) => ({ name: `${name}_FILE`, value: `/run/secrets/rolodesk/${name}` })),
    );
    expect(volumes.filter((volume) => 'persistentVolumeClaim' in volume)).toEqual([]);
  }
  expect(spec.containers[0].args[0]).toBe('worker');
  expect(unknownFlags(spec.containers[0].args)).toEqual([]);
  expect(scaler).toMatchObject({
    kind: 'HorizontalPodAutoscaler',
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'rolodesk' } },
  });
  expect(budget).toMatchObject({
    kind: 'PodDisruptionBudget',
    spec: { selector: { matchLabels: { app: 'rolodesk' } } },
  });
});

test('the compose file makes the tables before the workers start, and gives every secret as a file', () => {
  const [{ services, secrets }] = z
    .tuple([
      z.looseObject({
        services: z.record(
          z.string(),
          z.looseObject({
            environment: z.record(z.string(), z.string()),
            secrets: z.array(z.string()),
            command: z.array(z.string()).optional(),
            depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
          }),
        ),
        secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
      }),
    ])
    .parse(documentsOf('compose.yaml'));
  const { migrate, worker } = services;
  expect(migrate?.command).toEqual(['state', 'migrate']);
  expect(worker?.command?.[0]).toBe('worker');
  expect(worker?.depends_on).toEqual({ migrate: { condition: 'service_completed_successfully' } });
  expect(worker?.environment).toEqual({
    ROLODESK_STATE_FILE: '/run/secrets/ROLODESK_STATE',
    ROLODESK_KEY_FILE: '/run/secrets/ROLODESK_KEY',
  });
  for (const service of Object.values(services))
    for (const name of service.secrets) expect(Object.keys(secrets)).toContain(name);
});

/** Directives of systemd that these units use, by section. systemd ignores a misspelt one with a line in the journal. */
const directives: Readonly<Record<string, RegExp>> = {
  Unit: /^(Description|Documentation|Wants|After)$/,
  Service:
    /^(Type|ExecStart|SuccessExitStatus|Timeout(Start|Stop)Sec|Restart|RestartSec|RestartPreventExitStatus|DynamicUser|StateDirectory(Mode)?|UMask|Environment|LoadCredential|Protect(System|Home|Kernel(Tunables|Modules|Logs)|ControlGroups|Clock|Hostname|Proc)|Private(Tmp|Devices)|NoNewPrivileges|CapabilityBoundingSet|Restrict(AddressFamilies|Namespaces|Realtime|SUIDSGID)|LockPersonality|SystemCall(Architectures|Filter))$/,
  Timer: /^(OnCalendar|RandomizedDelaySec|Persistent)$/,
  Install: /^WantedBy$/,
};

function unitOf(file: string): ReadonlyMap<string, readonly string[]> {
  const values = new Map<string, string[]>();
  let section = '';
  for (const line of text(file).split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const head = /^\[(\w+)\]$/.exec(line)?.[1];
    if (head !== undefined) {
      section = head;
      continue;
    }
    const [, name = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
    expect(name, `${file}: [${section}] ${line}`).toMatch(directives[section] ?? /^$/);
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  for (const [name, given] of values) if (name !== 'LoadCredential') expect(given, `${file}: ${name}`).toHaveLength(1);
  return values;
}

test.each(['rolodesk.service', 'rolodesk-serve.service'])(
  '%s runs unprivileged, with all secrets as credentials',
  (file) => {
    const unit = unitOf(file);
    const one = (name: string): string => unit.get(name)?.[0] ?? '';
    expect(
      unit
        .get('LoadCredential')
        ?.map((entry) => entry.split(':'))
        .sort(),
    ).toEqual(needed.map((name) => [name, `/etc/rolodesk/secrets/${name}`]));
    expect(`/var/lib/${one('StateDirectory')}/state.db`).toBe(statePath);
    expect(one('StateDirectoryMode')).toBe('0700');
    for (const name of ['DynamicUser', 'NoNewPrivileges', 'ProtectHome']) expect(one(name), name).toBe('yes');
    expect(one('ProtectSystem')).toBe('strict');
    expect(Number(one('TimeoutStopSec'))).toBeGreaterThan(60);
    const [program, ...args] = one('ExecStart').split(' ');
    expect(program).toMatch(/^\/.*\/rolodesk$/);
    expect(args).toContain(configPath);
    expect(unknownFlags(args)).toEqual([]);
  },
);

test('the service is not started again where only a person can help: exit 2 and 3', () => {
  const unit = unitOf('rolodesk-serve.service');
  expect(unit.get('Restart')).toEqual(['on-failure']);
  expect(unit.get('RestartPreventExitStatus')).toEqual(['2 3']);
});

test('the image is built from sources alone: no file that is not named gets into its context', () => {
  const root = resolve(folder, '../..');
  const [first, ...patterns] = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  expect(first).toBe('*');
  const named = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  const copied = text('Containerfile')
    .split('\n')
    .flatMap((line) => /^COPY (?!--from)(.+) \S+$/.exec(line)?.[1]?.split(' ') ?? [])
    .filter((path) => path !== '.');
  expect(named).toEqual(expect.arrayContaining(copied));
  for (const name of named) expect(existsSync(join(root, name)), name).toBe(true);
  expect(patterns.slice(named.length)).toEqual(['**/.env*', '**/.rolodesk']);
});

test('the timer makes up for what it missed', () => {
  const unit = unitOf('rolodesk.timer');
  expect(unit.get('Persistent')).toEqual(['yes']);
  expect(unit.get('OnCalendar')).toEqual(['*:0/15']);
});

test('the image has a pinned base, no secret, a user that is not root, and a health check', () => {
  const instructions = text('Containerfile')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/ (.*)/s, 2));
  const of = (name: string): readonly string[] =>
    instructions.flatMap(([word, rest = '']) => (word === name ? [rest] : []));
  const known = [
    'FROM',
    'WORKDIR',
    'COPY',
    'RUN',
    'ENV',
    'USER',
    'VOLUME',
    'EXPOSE',
    'HEALTHCHECK',
    'ENTRYPOINT',
    'CMD',
  ];
  expect(instructions.filter(([word = '']) => !known.includes(word))).toEqual([]);
  const { engines } = JSON.parse(readFileSync(resolve(folder, '../../package.json'), 'utf8'));
  const oldest = Number(/\d+/.exec(engines.node)?.[0]);
  for (const from of of('FROM')) {
    const version = /^docker\.io\/library\/node:(\d+)\.\d+\.\d+-/.exec(from)?.[1];
    expect(Number(version), from).toBeGreaterThanOrEqual(oldest);
  }
  expect(of('USER')).toEqual(['1000:1000']);
  expect(of('VOLUME')).toEqual(['/var/lib/rolodesk']);
  expect(of('HEALTHCHECK')[0]).toMatch(/^--interval=30s .* CMD \[/);
  expect(of('ENV').join(' ')).not.toMatch(/TOKEN|SECRET|KEY|PASSWORD/);
  const command = JSON.parse(of('CMD')[0] ?? '[]');
  expect(command).toContain(configPath);
  expect(unknownFlags(command)).toEqual([]);
});

/** Flags of a command line, without `rolodesk` itself, that the command does not have. */
function unknownFlags([command = '', ...rest]: readonly string[]): readonly string[] {
  const known = flagsByCommand().get(command);
  return known ? rest.filter((word) => word.startsWith('--') && !known.includes(word)) : [];
}
