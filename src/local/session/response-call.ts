// A call that a response makes, as an item: of a function of the page, of a remote tool, or the
// request to be allowed it. It does not know why it is made.
import type { AskedCall } from '../agents/tool-choice.js';
import type { Item } from './conversation.js';
import { newId } from './ids.js';
import { OutputItem, type OutputPlace } from './output-item.js';
import { runRemoteCall, type CallRemote, type RemoteCallItem } from './remote-call.js';

const DELTA = /[\s\S]{1,12}/g;

/** The item as it is when the response ends; the remote tool is waited for, or cancelled. */
export async function makeCall(
  asked: AskedCall,
  place: OutputPlace,
  callRemote: CallRemote,
  signal: AbortSignal,
): Promise<Item> {
  const { server, needsApproval } = asked.tool;
  if (server === undefined) return callFunction(asked, place);
  if (needsApproval !== false) return requestApproval(asked, server, place);
  const item: RemoteCallItem = {
    id: newId('mcp'),
    type: 'mcp_call',
    server_label: server,
    name: asked.tool.name,
    arguments: '',
    approval_request_id: null,
    output: null,
    error: null,
  };
  const output = new OutputItem(place, { ...item }, item);
  item.arguments = asked.arguments;
  sayRemoteArguments(item, place);
  await runRemoteCall(item, place.outputIndex, callRemote, place.emit, signal);
  output.done(item);
  return item;
}

function callFunction({ tool, arguments: args }: AskedCall, place: OutputPlace): Item {
  const item = {
    id: newId('item'),
    object: 'realtime.item',
    type: 'function_call',
    status: 'in_progress',
    name: tool.name,
    arguments: '',
    call_id: newId('call'),
  } satisfies Item;
  const made: Item = { ...item, status: 'completed', arguments: args };
  const output = new OutputItem(place, item, made);
  const where = {
    response_id: place.responseId,
    output_index: place.outputIndex,
    item_id: item.id,
    call_id: item.call_id,
  };
  for (const delta of args.match(DELTA) ?? []) {
    place.emit({ type: 'response.function_call_arguments.delta', ...where, delta });
  }
  place.emit({
    type: 'response.function_call_arguments.done',
    ...where,
    name: tool.name,
    arguments: args,
  });
  output.done(made);
  return made;
}

function requestApproval(
  { tool, arguments: args }: AskedCall,
  server: string,
  place: OutputPlace,
): Item {
  const item = {
    id: newId('mcpr'),
    type: 'mcp_approval_request',
    server_label: server,
    name: tool.name,
    arguments: args,
  } satisfies Item;
  const output = new OutputItem(place, { ...item, arguments: '' }, item);
  sayRemoteArguments(item, place);
  output.done(item);
  return item;
}

function sayRemoteArguments(
  item: { readonly id: string; readonly arguments: string },
  place: OutputPlace,
): void {
  const where = {
    response_id: place.responseId,
    output_index: place.outputIndex,
    item_id: item.id,
  };
  for (const delta of item.arguments.match(DELTA) ?? []) {
    place.emit({ type: 'response.mcp_call_arguments.delta', ...where, delta });
  }
  place.emit({ type: 'response.mcp_call_arguments.done', ...where, arguments: item.arguments });
}
