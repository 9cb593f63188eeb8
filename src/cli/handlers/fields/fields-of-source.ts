import { stringify } from 'yaml';
import { defined } from '../../../core/defined.ts';
import type { NewField } from '../../../core/domain/field-schema.ts';
import type { Json } from '../../../core/domain/json.ts';
import type { CommandContext } from '../../command.ts';

/** Prints the custom fields of a source that is a Zendesk account, as a `fields:` block declares them. */
export async function declareFields(cli: CommandContext): Promise<number> {
  return await cli.withPipeline(async (pipeline) => {
    const fields = declarationsOf(await pipeline.sourceFields());
    cli.printJson({ fields });
    cli.print(stringify({ fields }, { lineWidth: 0 }).trimEnd());
    return 0;
  });
}

function declarationsOf(fields: readonly NewField[]): { readonly [key: string]: Json } {
  return Object.fromEntries(
    fields.map(({ key, type, title, options, regexp, tag }) => [
      key,
      {
        type,
        title,
        ...(options && { options: Object.fromEntries(options.map(({ value, label }) => [value, label])) }),
        ...defined({ regexp, tag }),
      },
    ]),
  );
}
