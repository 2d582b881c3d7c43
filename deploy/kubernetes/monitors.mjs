// Holds ServiceMonitors and PodMonitors, as a list of JSON on stdin, against the schemas of the npm package
// @kubernetes-models/prometheus-operator in the directory that is named. It does not mind fields that there are not, so these
// are held against its types.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

const modules = process.argv[2];
const types = join(modules, '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1');
const kinds = await import(pathToFileURL(join(types, 'index.js')));

for (const object of JSON.parse(readFileSync(0, 'utf8'))) {
    const { apiVersion, kind, ...rest } = object;
    if (apiVersion !== 'monitoring.coreos.com/v1') throw new Error(`${kind} of ${apiVersion}`);
    new kinds[kind](rest).validate();
    const { spec } = object;
    known(`${kind}Spec`, spec);
    for (const endpoint of spec.endpoints ?? []) known('Endpoint', endpoint);
    for (const endpoint of spec.podMetricsEndpoints ?? []) known('PodMetricsEndpoint', endpoint);
    console.log(`${kind} ${object.metadata.name} is valid`);
}

function known(type, value) {
    const text = readFileSync(join(types, `${type}.d.ts`), 'utf8');
    for (const field of Object.keys(value)) {
        if (!new RegExp(`^\\s*"?${field}"?\\??:`, 'm').test(text)) throw new Error(`${type} has no ${field}`);
    }
}
