import { alerts } from '../commands/alerts.ts';
import { audit } from '../commands/audit.ts';
import { bundle } from '../commands/bundle.ts';
import { check } from '../commands/check.ts';
import { completion } from '../commands/completion.ts';
import { addConnection } from '../commands/connections/add.ts';
import { connect } from '../commands/connections/connect.ts';
import { connections } from '../commands/connections/connections.ts';
import { disconnect } from '../commands/connections/disconnect.ts';
import { importConnections } from '../commands/connections/import.ts';
import { listConnections } from '../commands/connections/list.ts';
import { removeConnections } from '../commands/connections/remove.ts';
import { connectors, listConnectors } from '../commands/connectors/list.ts';
import { newConnector } from '../commands/connectors/new.ts';
import { testConnector } from '../commands/connectors/test.ts';
import { serveTwin } from '../commands/connectors/twin.ts';
import { demo } from '../commands/demo.ts';
import { duplicates } from '../commands/duplicates/duplicates.ts';
import { merge } from '../commands/duplicates/merge.ts';
import { applyFields } from '../commands/fields/apply.ts';
import { fields } from '../commands/fields/fields.ts';
import { forget } from '../commands/forget.ts';
import { init } from '../commands/init.ts';
import { link } from '../commands/link.ts';
import { plan } from '../commands/plan.ts';
import { preview } from '../commands/preview.ts';
import { rejects } from '../commands/rejects.ts';
import { retry } from '../commands/retry.ts';
import { runs } from '../commands/runs.ts';
import { sandbox } from '../commands/sandbox.ts';
import { consoleCommand } from '../commands/service/console.ts';
import { serve } from '../commands/service/serve.ts';
import { worker } from '../commands/service/worker.ts';
import { show } from '../commands/show.ts';
import { copyState } from '../commands/state/copy.ts';
import { migrateState } from '../commands/state/migrate.ts';
import { rekeyState } from '../commands/state/rekey.ts';
import { state } from '../commands/state/state.ts';
import { workers } from '../commands/state/workers.ts';
import { status } from '../commands/status.ts';
import { sync } from '../commands/sync.ts';
import { undo } from '../commands/undo.ts';
import type { CommandDefinition } from './define-command.ts';

/** Every command, in the order of `rolodesk --help` and the reference. One below another (`fields apply`) follows it. */
export const allCommands: readonly CommandDefinition[] = [
  ...[
    init,
    connect,
    connections,
    importConnections,
    addConnection,
    removeConnections,
    listConnections,
    disconnect,
    check,
    fields,
    applyFields,
    alerts,
    completion,
  ],
  ...[preview, plan, sync, serve, worker],
  ...[status, runs, show, rejects, audit, duplicates, consoleCommand, workers, bundle],
  ...[retry, link, merge, undo, forget, state, migrateState, copyState, rekeyState],
  ...[demo, sandbox, connectors, listConnectors, newConnector, testConnector, serveTwin],
];
