import { call } from '../api/call.ts';
import { useResource } from '../api/resource.ts';
import { Loaded, Skeleton } from '../components/loaded.tsx';
import { Note } from '../components/notes.tsx';
import { PageHead } from '../components/page-head.tsx';
import { PipelineTabs } from '../components/pipeline-tabs.tsx';
import type { PageProps } from '../pages.tsx';
import { isOperator } from '../session.ts';
import { Playground } from './playground.tsx';

/** A record, a mapping, and the user that comes out, as somebody types. Nothing is saved from here. */
export function MappingPage({ pipeline }: PageProps) {
  return (
    <>
      <PageHead
        title="Mapping"
        lead="Try rules on a record and see the user that comes out. Nothing is saved: copy the text into your configuration."
      />
      <PipelineTabs pipeline={pipeline} />
      {isOperator.value ? (
        <Editor pipeline={pipeline} />
      ) : (
        <Note title="Only operators may use the playground">
          <p>It shows records of customers, and you are signed in as a viewer.</p>
        </Note>
      )}
    </>
  );
}

function Editor({ pipeline }: { readonly pipeline: string }) {
  const mapping = useResource({ key: pipeline, load: (signal) => call('getMapping', { path: { pipeline }, signal }) });
  return (
    <Loaded of={mapping} skeleton={<Skeleton />}>
      {(value) =>
        value.isCode ? (
          <Note title="This mapping is code">
            <p>It runs as a module of yours, and the playground cannot run it with other rules.</p>
          </Note>
        ) : (
          <Playground pipeline={pipeline} mapping={value} />
        )
      }
    </Loaded>
  );
}
