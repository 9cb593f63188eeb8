import type { RunRecord } from '../api/types.ts';
import { href, pathOf } from '../router.ts';

interface Props {
  readonly pipeline: string;
  readonly customer: string;
  readonly urls: RunRecord['urls'];
  /** On the page of the customer itself. */
  readonly isOwnPage?: boolean;
}

/** Where a person can look at a customer: here, at the source, and in Zendesk. */
export function RecordLinks({ pipeline, customer, urls, isOwnPage = false }: Props) {
  return (
    <div class="row below">
      {!isOwnPage && (
        <a class="button small" href={href(pathOf('pipelines', pipeline, 'customers', customer))}>
          Its page
        </a>
      )}
      <Outside url={urls.customer} title="At the source" />
      <Outside url={urls.user} title="In Zendesk" />
    </div>
  );
}

function Outside({ url, title }: { readonly url: string | null; readonly title: string }) {
  // An address from data is a link only if it leads to a page.
  if (url === null || !/^https?:\/\//.test(url)) return null;
  return (
    <a class="button small" href={url} target="_blank" rel="noreferrer noopener">
      {title}
      <span class="visually-hidden"> (opens another window)</span>
    </a>
  );
}
