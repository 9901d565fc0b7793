// Runs amazon-cognito-identity-js for a test: one JSON command a line in, one JSON answer a line out. Its methods
// call back in many ways; the answer names the one that was used: {"onSuccess": {...}}, {"totpRequired": {...}}.

import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

const require = createRequire(join(process.env.NODE_CLIENTS_DIR, 'package.json'));
const identity = require('amazon-cognito-identity-js');

const WAYS = [
	'onSuccess',
	'onFailure',
	'newPasswordRequired',
	'mfaRequired',
	'totpRequired',
	'selectMFAType',
	'mfaSetup',
	'customChallenge',
	'inputVerificationCode',
];

let pool;
let user;

// A promise of the first call back, for methods that take an object of them.
const called = method =>
	new Promise(resolve => {
		const callbacks = Object.fromEntries(
			WAYS.map(way => [way, (...given) => resolve({ [way]: given.map(shown) })])
		);
		method(callbacks);
	});

// The same for methods that take one function(error, result).
const done = method =>
	new Promise(resolve => {
		method((error, result) => resolve(error ? { onFailure: [shown(error)] } : { onSuccess: [shown(result)] }));
	});

function shown(value) {
	if (value instanceof Error) {
		return { name: value.name, code: value.code, message: value.message };
	}
	if (value instanceof identity.CognitoUserSession) {
		return { sub: value.getIdToken().payload.sub, valid: value.isValid() };
	}
	try {
		return JSON.parse(JSON.stringify(value ?? null));
	} catch {
		return null; // has the user object in it
	}
}

const COMMANDS = {
	configure: ({ endpoint, userPoolId, clientId }) => {
		pool = new identity.CognitoUserPool({ UserPoolId: userPoolId, ClientId: clientId, endpoint });
	},
	signUp: ({ username, password, attributes }) =>
		done(back => {
			const list = Object.entries(attributes).map(
				([Name, Value]) => new identity.CognitoUserAttribute({ Name, Value })
			);
			pool.signUp(username, password, list, null, back);
		}),
	use: ({ username, flow }) => {
		user = new identity.CognitoUser({ Username: username, Pool: pool });
		if (flow) {
			user.setAuthenticationFlowType(flow);
		}
	},
	confirmRegistration: ({ code }) => done(back => user.confirmRegistration(code, false, back)),
	authenticate: ({ username, password }) => {
		const details = new identity.AuthenticationDetails({ Username: username, Password: password });
		return called(back => user.authenticateUser(details, back));
	},
	initiate: ({ username }) => {
		const details = new identity.AuthenticationDetails({ Username: username });
		return called(back => user.initiateAuth(details, back));
	},
	answerCustom: ({ answer }) => called(back => user.sendCustomChallengeAnswer(answer, back)),
	newPassword: ({ password, attributes }) =>
		called(back => user.completeNewPasswordChallenge(password, attributes ?? {}, back)),
	sendCode: ({ code, type }) => called(back => user.sendMFACode(code, back, type)),
	chooseFactor: ({ type }) => called(back => user.sendMFASelectionAnswer(type, back)),
	attributes: () => done(back => user.getUserAttributes(back)),
	forgotPassword: () => called(back => user.forgotPassword(back)),
	confirmPassword: ({ code, password }) => called(back => user.confirmPassword(code, password, back)),
	refresh: () =>
		new Promise(resolve => {
			const token = user.getSignInUserSession().getRefreshToken();
			user.refreshSession(token, (error, session) =>
				resolve(error ? { onFailure: [shown(error)] } : { onSuccess: [shown(session)] })
			);
		}),
	globalSignOut: () => called(back => user.globalSignOut(back)),
};

for await (const line of createInterface({ input: process.stdin })) {
	const { command, ...given } = JSON.parse(line);
	let answer;
	try {
		answer = { output: (await COMMANDS[command](given)) ?? null };
	} catch (error) {
		answer = { error: shown(error) };
	}
	process.stdout.write(`${JSON.stringify(answer)}\n`);
}

// Timers of the client would keep the process.
process.exit(0);
