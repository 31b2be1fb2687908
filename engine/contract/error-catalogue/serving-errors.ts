import type { CatalogueEntry } from './catalogue-entry.ts';

/** Errors of what answers requests for predictions. */
export const servingErrors = {
  'serving.invalid_config': {
    kind: 'invalid',
    meaning: 'The config of a prediction server does not fit its schema.',
    hint: 'Correct the fields that are named; docs/prediction-server.md shows a config.',
  },
  'serving.unknown_version': {
    kind: 'not_found',
    meaning: 'The prediction server does not know that model version.',
    hint: 'Send its files along in `versions`.',
  },
  'serving.unknown_model': {
    kind: 'not_found',
    meaning: 'The prediction server has no model of that name.',
    hint: 'Use the name that `/` answers.',
  },
  'serving.version_not_loaded': {
    kind: 'not_found',
    meaning: 'The prediction server has not loaded that version or label of its model.',
    hint: 'Leave the version out, or deploy it.',
  },
  'serving.model_unreadable': {
    kind: 'precondition',
    meaning: 'The files of a model version cannot be read.',
    hint: 'Package the version again, or restore the project from a backup.',
  },
  'serving.model_tampered': {
    kind: 'precondition',
    meaning: 'A file of a model version is not the one that was packaged.',
    hint: 'Export or package the version again, or restore the project from a backup; find out who changed the file.',
  },
  'serving.model_mismatch': {
    kind: 'precondition',
    meaning: 'An ONNX file does not take or give what its signature says.',
    hint: 'Package the version again.',
  },
  'serving.model_failed': {
    kind: 'internal',
    meaning: 'The model ended with an error while it answered.',
    hint: 'Please report it with the row; other versions can be activated meanwhile.',
  },
  'serving.no_free_port': {
    kind: 'unavailable',
    meaning: 'No port could be opened.',
    hint: 'Choose another host or port.',
  },
  'serving.token_required': {
    kind: 'precondition',
    meaning: 'A prediction server on the network needs a key.',
    hint: 'Set `keys` or `token` in its config, or listen on 127.0.0.1.',
  },
  'serving.stream_loop': {
    kind: 'invalid',
    meaning: 'The answers of a stream go to a topic whose messages are answered.',
    hint: 'Publish the answers to a topic that no stream of the deployment subscribes to.',
  },
  'serving.token_missing': {
    kind: 'precondition',
    meaning: 'The request carries no valid API key.',
    hint: 'Send the header `authorization: Bearer <key>`.',
  },
  'serving.too_many_requests': {
    kind: 'unavailable',
    meaning: 'A caller sends more requests a minute than it may.',
    hint: 'Wait as long as `retry-after` says, and send several rows a request.',
  },
  'serving.request_timeout': {
    kind: 'invalid',
    meaning: 'A request did not come in whole in time.',
    hint: 'Send it again over a quicker connection, or with fewer rows.',
  },
  'serving.origin_refused': {
    kind: 'precondition',
    meaning: 'The Host or Origin header is not this server.',
    hint: 'Use the address that the server printed; pages of other sites may call it where their origin is in the list.',
  },
  'serving.unknown_path': {
    kind: 'not_found',
    meaning: 'The prediction server has no such path.',
    hint: 'See /openapi.json for the paths.',
  },
  'serving.method_not_allowed': {
    kind: 'invalid',
    meaning: 'The path does not take that method.',
    hint: 'See /openapi.json for the methods.',
  },
  'serving.content_type': {
    kind: 'invalid',
    meaning: 'The body is sent in a form that the path does not take.',
    hint: 'Send the header `content-type: application/json`, in UTF-8 and not compressed.',
  },
  'serving.body_too_large': {
    kind: 'invalid',
    meaning: 'The body of a request is larger than the server takes.',
    hint: 'Send fewer rows a request, or score a file with `galley deploy predict`.',
  },
  'serving.invalid_http': {
    kind: 'invalid',
    meaning: 'The request is not HTTP.',
    hint: 'Use an HTTP client.',
  },
  'serving.invalid_json': {
    kind: 'invalid',
    meaning: 'The body of a request is not JSON.',
    hint: 'Send one JSON object in UTF-8.',
  },
  'serving.invalid_request': {
    kind: 'invalid',
    meaning: 'The body of a request is not of the form that its path takes.',
    hint: 'See /docs or /openapi.json for the forms.',
  },
  'serving.invalid_rows': {
    kind: 'invalid',
    meaning: 'Rows of a request do not fit the signature of the model.',
    hint: 'Correct the faults that are listed; nothing of the request was answered.',
  },
  'serving.not_ready': {
    kind: 'unavailable',
    meaning: 'The model is not loaded yet.',
    hint: 'Wait until /readyz answers 200.',
  },
  'serving.stopping': {
    kind: 'unavailable',
    meaning: 'The prediction server is ending.',
    hint: 'Send the request to its successor.',
  },
  'serving.overloaded': {
    kind: 'unavailable',
    meaning: 'More rows wait for the model than the server keeps.',
    hint: 'Send the request again a little later.',
  },
  'serving.no_log': {
    kind: 'precondition',
    meaning: 'A prediction server without a log was sent labels.',
    hint: 'Set `logFolder` or `logSink` in its config.',
  },
  'serving.no_profile': {
    kind: 'precondition',
    meaning:
      'A prediction server was asked for the profile of its rows, but is told not to sum them up or not to answer the sums, or its version has no file that says what they are counted against, as versions of before have not.',
    hint: 'Switch it on with `galley deploy configure D --profile yes --profile-answered yes`, or import the log of the server instead: `galley deploy import-log`.',
  },
  'serving.log_format': {
    kind: 'invalid',
    meaning: 'A file is not a segment of the prediction log.',
    hint: 'Name a file of the log folder.',
  },
  'serving.process_ended': {
    kind: 'unavailable',
    meaning: 'The process of a prediction server ended.',
    hint: 'It is started again; see its log.',
  },
} as const satisfies Record<string, CatalogueEntry>;
