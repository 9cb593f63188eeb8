// Writes windows-zones.json: the IANA zone of each name that Windows has for a time zone, from Unicode's CLDR.
//
//     npm install --prefix FOLDER cldr-core && node test/oracles/windows-zones.js FOLDER

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const cldr = join(process.argv[2] ?? '', 'node_modules/cldr-core');
const readJson = (file) => JSON.parse(readFileSync(join(cldr, file), 'utf8'));

// Territory 001 is the world: the zone that stands for the name wherever the user is.
const zones = readJson('supplemental/windowsZones.json')
  .supplemental.windowsZones.mapTimezones.map(({ mapZone }) => mapZone)
  .filter(({ _territory }) => _territory === '001')
  .map(({ _other, _type }) => [_other, _type]);
const madeWith = `cldr-core ${readJson('package.json').version}`;
writeFileSync(
  join(import.meta.dirname, 'windows-zones.json'),
  `${JSON.stringify({ madeWith, zones: Object.fromEntries(zones) }, undefined, 1)}\n`,
);
