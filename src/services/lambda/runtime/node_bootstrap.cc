// The Node.js runtime.
#include "services/lambda/runtime/bootstraps.h"

namespace drydock::lambda {

const std::string_view kNodeBootstrap = R"JS(
'use strict';
const net = require('net');
const path = require('path');
const fs = require('fs');
const util = require('util');

const env = process.env;
const socketPath = env.DRYDOCK_RUNTIME_SOCKET;
delete env.DRYDOCK_RUNTIME_SOCKET;
const API = '/2018-06-01/runtime/';
let requestId = '';

// ---- the Runtime API over one kept-alive connection; it keeps the process alive except while a handler runs
const [host, port] = env.AWS_LAMBDA_RUNTIME_API.split(':');
const connection = socketPath ? net.connect(socketPath) : net.connect(Number(port), host);
let received = Buffer.alloc(0);
let settle = null;
connection.on('data', (piece) => {
  received = received.length ? Buffer.concat([received, piece]) : piece;
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return;
  const headers = {};
  for (const line of received.toString('latin1', 0, end).split('\r\n').slice(1)) {
    const colon = line.indexOf(': ');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 2);
  }
  const length = Number(headers['content-length'] || 0);
  if (received.length < end + 4 + length) return;
  const body = received.subarray(end + 4, end + 4 + length);
  received = received.subarray(end + 4 + length);
  const done = settle;
  settle = null;
  if (done) done({ headers, body });
});
connection.on('close', () => process.exit(1));
connection.on('error', () => process.exit(1));

function call(method, where, body = '', headers = '') {
  const bytes = Buffer.from(body);
  const head = `${method} ${API}${where} HTTP/1.1\r\nHost: runtime\r\nContent-Length: ${bytes.length}\r\n${headers}\r\n`;
  return new Promise((resolve) => {
    settle = resolve;
    connection.write(Buffer.concat([Buffer.from(head), bytes]));
  });
}

// ---- printing: a message stays one event
function print(level, text) {
  fs.writeSync(1, `${new Date().toISOString()}\t${requestId || 'undefined'}\t${level}\t${text}`.replace(/\n/g, '\r') + '\n');
}
for (const [name, level] of [['log', 'INFO'], ['info', 'INFO'], ['debug', 'DEBUG'], ['trace', 'TRACE'], ['warn', 'WARN'], ['error', 'ERROR'], ['fatal', 'FATAL']]) {
  console[name] = (...values) => print(level, util.format(...values));
}

function reportOf(error) {
  if (error instanceof Error || util.types.isNativeError(error)) {
    return { errorType: error.name || 'Error', errorMessage: error.message, trace: (error.stack || '').split('\n') };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function initError(type, message) {
  const error = new Error(message);
  error.name = type;
  error.stack = `${type}: ${message}`;
  return error;
}

function postError(where, report) {
  return call('POST', where, JSON.stringify(report), `Content-Type: application/json\r\nLambda-Runtime-Function-Error-Type: ${encodeURIComponent(report.errorType)}\r\n`);
}

async function loadHandler(name) {
  const base = path.basename(name);
  const dot = base.indexOf('.');
  if (dot < 0) throw initError('Runtime.MalformedHandlerName', 'Bad handler');
  const file = base.slice(0, dot);
  const names = base.slice(dot + 1).split('.');
  const stem = path.resolve(env.LAMBDA_TASK_ROOT, path.dirname(name), file);
  let module;
  try {
    if (fs.existsSync(stem + '.js') || fs.existsSync(stem + '.cjs') || fs.existsSync(path.join(stem, 'index.js'))) {
      const found = fs.existsSync(stem + '.js') ? stem + '.js' : fs.existsSync(stem + '.cjs') ? stem + '.cjs' : stem;
      try {
        module = require(found);
      } catch (error) {
        if (error.code !== 'ERR_REQUIRE_ESM') throw error;
        module = await import(found);
      }
    } else if (fs.existsSync(stem + '.mjs')) {
      module = await import(stem + '.mjs');
    } else {
      throw initError('Runtime.ImportModuleError', `Error: Cannot find module '${file}'\nRequire stack:\n- /var/runtime/index.mjs`);
    }
  } catch (error) {
    if (error instanceof SyntaxError) throw initError('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`);
    if (error && error.code === 'MODULE_NOT_FOUND') throw initError('Runtime.ImportModuleError', `Error: ${error.message}`);
    throw error;
  }
  let handler = module;
  for (const part of names) handler = handler && (handler[part] !== undefined ? handler[part] : handler.default && handler.default[part]);
  if (handler === undefined) throw initError('Runtime.HandlerNotFound', `${name} is undefined or not exported`);
  if (typeof handler !== 'function') throw initError('Runtime.HandlerNotFound', `${name} is not a function`);
  return handler;
}

function contextOf(headers, done) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const client = headers['lambda-runtime-client-context'];
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: client ? JSON.parse(client) : undefined,
    identity: undefined,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    done: (error, value) => done(error, value),
    fail: (error) => done(error || new Error('handled')),
    succeed: (value) => done(null, value),
  };
}

// AWS does answer null when nothing is left to wait for: a promise that nobody settles, a handler that neither returns one
// nor calls back (what it returns is not looked at). A callback's value waits until then, unless the context says otherwise.
let emptied = null;
process.on('beforeExit', () => { if (emptied) emptied(); });

async function run(handler, event, headers) {
  connection.unref();
  try {
    return await new Promise((resolve, reject) => {
      emptied = () => resolve(null);
      const done = (error, value) => (error !== undefined && error !== null ? reject(error) : resolve(value));
      const context = contextOf(headers, done);
      const callback = (error, value) => {
        if (context.callbackWaitsForEmptyEventLoop && (error === undefined || error === null)) emptied = () => resolve(value);
        else done(error, value);
      };
      const result = handler(event, context, callback);
      if (result && typeof result.then === 'function') result.then(resolve, reject);
    });
  } finally {
    emptied = null;
    connection.ref();
  }
}

async function main() {
  process.on('uncaughtException', async (error) => {
    const report = reportOf(error);
    print('ERROR', 'Uncaught Exception \t' + JSON.stringify({ errorType: report.errorType, errorMessage: report.errorMessage, stack: report.trace }));
    if (requestId && !settle) await postError(`invocation/${requestId}/error`, report);
    process.exit(128 + 1);
  });
  process.on('unhandledRejection', (reason) => {
    const error = initError('Runtime.UnhandledPromiseRejection', reason instanceof Error ? reason.toString() : String(reason));
    throw error;
  });
  let handler;
  try {
    handler = await loadHandler(env._HANDLER);
  } catch (error) {
    const report = reportOf(error);
    print('ERROR', 'Uncaught Exception \t' + JSON.stringify({ errorType: report.errorType, errorMessage: report.errorMessage, stack: report.trace }));
    await postError('init/error', report);
    process.exit(1);
  }
  for (;;) {
    requestId = '';
    const { headers, body } = await call('GET', 'invocation/next');
    requestId = headers['lambda-runtime-aws-request-id'];
    env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'] || '';
    try {
      const answer = await run(handler, body.length ? JSON.parse(body.toString('utf8')) : {}, headers);
      const text = JSON.stringify(answer === undefined ? null : answer);
      await call('POST', `invocation/${requestId}/response`, text === undefined ? 'null' : text, 'Content-Type: application/json\r\n');
    } catch (error) {
      const report = reportOf(error);
      print('ERROR', 'Invoke Error \t' + JSON.stringify({ errorType: report.errorType, errorMessage: report.errorMessage, stack: report.trace }));
      await postError(`invocation/${requestId}/error`, report);
    }
  }
}

main();
)JS";

}  // namespace drydock::lambda
