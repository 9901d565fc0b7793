// Runs functions of the real aws-amplify for a test: one JSON command a line in, one JSON answer a line out.
// {"configure": {...}} or {"call": "signIn", "args": [...]}

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

// What aws-amplify names a device by. Browsers have it; Node has only since version 21.
globalThis.navigator ??= { userAgent: 'node', platform: process.platform };

const require = createRequire(join(process.env.NODE_CLIENTS_DIR, 'package.json'));
const { Amplify } = require('aws-amplify');
const auth = require('aws-amplify/auth');

const plain = value =>
	JSON.parse(JSON.stringify(value ?? null, (_, item) => (typeof item === 'function' ? undefined : item)));

async function run({ configure, call, args }) {
	if (configure) {
		Amplify.configure(configure);
		return null;
	}
	return plain(await auth[call](...(args ?? [])));
}

for await (const line of createInterface({ input: process.stdin })) {
	let answer;
	try {
		answer = { output: await run(JSON.parse(line)) };
	} catch (error) {
		answer = { error: { name: error.name, message: error.message } };
	}
	process.stdout.write(`${JSON.stringify(answer)}\n`);
}

// Timers of the client would keep the process.
process.exit(0);
