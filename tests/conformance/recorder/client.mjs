// The real aws-amplify, for the recorder: one JSON command a line in, one JSON answer a line out.
// {"configure": {...}}, {"advance": seconds} or {"call": "signIn", "args": {...}}. In the middle of a call it may ask
// for a passkey: {"ceremony": "create", "options": {...}}, and reads {"credential": {...}} or {"refused": "NotAllowedError"}.

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

// What aws-amplify names a device by.
Object.defineProperty(globalThis, 'navigator', {
	value: { userAgent: 'oracle-recorder', platform: 'oracle-recorder' },
	writable: true,
});

// The clock of the client, which goes with that of the service.
const RealDate = Date;
let ahead = 0;
globalThis.Date = class extends RealDate {
	constructor(...given) {
		super(...(given.length ? given : [RealDate.now() + ahead]));
	}

	static now() {
		return RealDate.now() + ahead;
	}
};

const require = createRequire(join(process.env.NODE_CLIENTS_DIR, 'package.json'));
const { Amplify } = require('aws-amplify');
const auth = require('aws-amplify/auth');
const { Hub } = require('aws-amplify/utils');

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = answer => process.stdout.write(`${JSON.stringify(answer)}\n`);

// What happens during a call.
let wire = [];
let hub = [];
let failed;
Hub.listen('auth', ({ payload }) => hub.push(payload.event));

// Passkeys. aws-amplify uses them in browsers only, so this is one from an invitation of the service to the answer.
const bytes = text => Uint8Array.from(Buffer.from(text, 'base64url')).buffer;
const base64url = buffer => Buffer.from(buffer).toString('base64url');
const asJson = value => {
	if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return base64url(value);
	if (Array.isArray(value)) return value.map(asJson);
	if (value === null || typeof value !== 'object') return value;
	return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, asJson(item)]));
};

globalThis.AuthenticatorAttestationResponse = class {
	constructor({ clientDataJSON, attestationObject, authenticatorData, transports, publicKeyAlgorithm, publicKey }) {
		this.clientDataJSON = bytes(clientDataJSON);
		this.attestationObject = bytes(attestationObject);
		this.getTransports = () => transports;
		this.getPublicKeyAlgorithm = () => publicKeyAlgorithm;
		this.getAuthenticatorData = () => bytes(authenticatorData);
		this.getPublicKey = () => bytes(publicKey);
	}
};

globalThis.AuthenticatorAssertionResponse = class {
	constructor(response) {
		for (const name of ['clientDataJSON', 'authenticatorData', 'signature', 'userHandle']) {
			this[name] = bytes(response[name]);
		}
	}
};

globalThis.PublicKeyCredential = class {
	constructor({ id, rawId, type, authenticatorAttachment, clientExtensionResults, response }, kind) {
		Object.assign(this, { id, type, authenticatorAttachment });
		this.rawId = bytes(rawId);
		this.getClientExtensionResults = () => clientExtensionResults;
		this.response = new kind(response);
	}
};

async function ceremony(name, { publicKey }, kind) {
	say({ ceremony: name, options: asJson(publicKey) });
	const { credential, refused } = JSON.parse((await lines.next()).value);
	if (refused) throw Object.assign(new Error('The authenticator did not answer.'), { name: refused });
	return new PublicKeyCredential(credential, kind);
}

navigator.credentials = {
	create: options => ceremony('create', options, AuthenticatorAttestationResponse),
	get: options => ceremony('get', options, AuthenticatorAssertionResponse),
};

let authenticator = true;

function inBrowser(yes) {
	if (yes) {
		globalThis.window = { document: {}, isSecureContext: true, PublicKeyCredential };
	} else {
		delete globalThis.window;
	}
}

// Every request goes through here.
const realFetch = globalThis.fetch;
globalThis.fetch = async (url, options) => {
	inBrowser(false);
	const entry = {
		op: options.headers['x-amz-target'].split('.')[1],
		body: JSON.parse(options.body),
		status: null,
		response: null,
	};
	let response;
	try {
		response = await realFetch(url, options);
		entry.status = response.status;
		entry.response = JSON.parse((await response.clone().text()) || '{}');
	} finally {
		wire.push(entry);
	}
	if (entry.op === 'StartWebAuthnRegistration' || entry.response.ChallengeName === 'WEB_AUTHN') {
		inBrowser(authenticator && response.ok);
	}
	return response;
};

function plain(value) {
	if (value instanceof RealDate) return '<TIME>';
	if (Array.isArray(value)) return value.map(plain);
	if (value === null || typeof value !== 'object') return value;
	// A token.
	if (value.payload && Object.hasOwn(value, 'toString')) return value.toString();
	return Object.fromEntries(
		Object.entries(value).map(([name, item]) =>
			name === 'getSetupUri' ? ['setupUri', String(item('App'))] : [name, plain(item)],
		),
	);
}

async function perform(name, args) {
	wire = [];
	hub = [];
	failed = undefined;
	let output = null;
	try {
		output = plain((await auth[name](...(args === null ? [] : [args]))) ?? null);
	} catch (error) {
		const { message, recoverySuggestion } = error;
		failed = { name: error.name, message, recoverySuggestion };
	}
	inBrowser(false);
	return { ...(failed ? { error: failed } : { output }), hub, wire };
}

for (let line = await lines.next(); !line.done; line = await lines.next()) {
	const command = JSON.parse(line.value);
	if (command.configure) Amplify.configure(command.configure);
	if (command.advance) ahead += command.advance * 1000;
	if ('authenticator' in command) authenticator = command.authenticator;
	say(command.call ? await perform(command.call, command.args ?? null) : {});
}

// Timers of the client would keep the process.
process.exit(0);
