import type { Endpoint } from '../cases/endpoints.ts';
import { listPath, tokenPath } from './http-api.ts';

type Met = Endpoint['met'];

const account = (route: string, met: Met): Endpoint => {
  const [method, path] = route.split(' ');
  return { twin: 'account', role: 'other', where: { route: `${method} /api/v2/${path}` }, met };
};

/** Every endpoint that is called of an account or an API that is read from. */
export const sourceEndpoints = {
  'source: POST oauth/tokens': {
    twin: 'account',
    role: 'token',
    where: { route: 'POST /oauth/tokens' },
    met: [['before', 'accountFirst']],
  },
  'source: GET users/count': account('GET users/count', [['before', 'accountFirst']]),
  'source: GET users/me': account('GET users/me', [['before', 'accountFirst']]),
  'source: GET user_fields': account('GET user_fields', [['before', 'accountFirst']]),
  'source: GET users': account('GET users', [
    ['before', 'accountFirst'],
    ['during', 'accountPages'],
    ['before', 'accountResumed'],
  ]),
  'source: GET incremental/users': account('GET incremental/users/cursor', [['before', 'accountChanges']]),
  'source: GET users/show_many': account('GET users/show_many', [['before', 'accountKeys']]),
  'source: GET organization_memberships': account('GET organization_memberships', [['before', 'accountFirst']]),
  'source: GET users/…/memberships': account('GET users/{id}/organization_memberships', [['before', 'accountChanges']]),
  'source: GET organizations/show_many': account('GET organizations/show_many', [['before', 'accountFirst']]),
  'source: GET identities': account('GET users/{id}/identities', [['before', 'accountAlone']]),
  'REST API: token': {
    twin: 'api',
    role: 'token',
    where: { route: `POST ${tokenPath}` },
    met: [['before', 'restFirst']],
  },
  'REST API: list': {
    twin: 'api',
    role: 'other',
    where: { route: `GET ${listPath}` },
    met: [
      ['before', 'restFirst'],
      ['during', 'restPages'],
      ['during', 'restLinks'],
      ['before', 'restResumed'],
      ['before', 'restChanges'],
      ['before', 'restWhole'],
    ],
  },
} satisfies Record<string, Endpoint>;
