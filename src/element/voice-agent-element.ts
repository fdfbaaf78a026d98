/**
 * `<voice-agent>`: what the page sees. It turns attributes and clicks into intents for a `Call`, the
 * call's events into DOM events, and its state into a view; how a call works it does not know.
 */
import { LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Call } from '../core/call.js';
import type { CallState } from '../core/call-state.js';
import type { Negotiate } from '../core/negotiate.js';
import type { ClientEvent, SessionUpdate } from '../core/protocol.js';
import type { TokenSource } from '../core/token-source.js';
import type { TranscriptItem } from '../core/transcript.js';
import type { ExportFormat } from '../core/transcript-export.js';
import { askAhead, type AgentChoice } from '../core/token-request.js';
import { VoiceError } from '../core/voice-error.js';
import { microphonePermission } from '../media/microphone.js';
import type { Summarize } from '../core/recovery/attach-recovery.js';
import type { Guardrail } from '../core/guardrails/guardrail.js';
import type { CallReport, Noted } from '../core/report/write-report.js';
import type { PageTool } from '../core/tools/page-tool.js';
import type { PriceList, Prices } from '../core/usage/prices.js';
import type { TokenUsage } from '../core/usage/usage-events.js';
import type { VoiceEndDetail, VoiceErrorDetail } from '../core/call-events.js';
import type { Around } from './around-part.js';
import { adopt } from './adopt.js';
import { asksConsent } from './around-host.js';
import { CallController } from './call-controller.js';
import type { Drawing } from './drawing.js';
import type { Floating } from './floating.js';
import type { VoiceAgentEventDetails } from './dom-events.js';
import type { Extras } from './extras.js';
import { LanguageController } from './language.js';
import { FIRST_ENGLISH, type Dictionary, type KnownStrings } from './strings.js';
import { styles } from './styles.js';
import { view, type Intents } from './view.js';

/** For style sheets, the page's too; what is as it always is stays unwritten. */
const REFLECTED = { reflect: true, useDefault: true };

/**
 * @summary A spoken conversation with an AI agent: one button, one tag.
 *
 * @slot launcher - In the layout `floating`, in place of the launcher's icon.
 * @slot header - Above the visualizer, for example a heading.
 * @slot empty - In place of the transcript as long as nothing was said; it needs `transcript` or `text-input`.
 * @slot consent - What the visitor has to agree to before the first call, or the first message.
 * @slot footer - Below the buttons, for example a privacy note.
 * @slot tools - A `<script type="application/json">` with tools that the agent may call; a listener of `voice-tool-call` answers with `detail.respond()`.
 * @slot start-icon - Replaces the icon of the start button.
 * @slot end-icon - Replaces the icon of the end button. A narrow panel with settings has its word alone.
 * @slot mute-icon - Replaces the icon of the mute button.
 * @slot interrupt-icon - Replaces the icon of the button that stops an answer.
 * @slot talk-icon - Replaces the icon of the button that is held to talk, or that goes on by voice.
 * @slot hear-icon - Replaces the icon of the button that lets the agent be heard.
 * @slot attach-icon - Replaces the icon of the button for pictures.
 * @slot send-icon - Replaces the icon of the button that sends what was typed.
 * @slot settings-icon - Replaces the icon of the button for the settings.
 * @slot close-icon - In the layout `floating`, replaces the icon of the button that closes.
 * @slot good-icon - After a call, replaces the thumb that points up.
 * @slot bad-icon - After a call, replaces the thumb that points down.
 * @slot phone-icon - Replaces the icon beside the number in `phone`.
 * @slot report-icon - Replaces the icon of the button that copies a report.
 *
 * @event {CustomEvent<{}>} voice-start - Before anything is requested; cancelable.
 * @event {CustomEvent<VoiceConsentDetail>} voice-consent - The visitor has agreed to what is in the slot `consent`.
 * @event {CustomEvent<VoiceFeedbackDetail>} voice-feedback - How the call was, for the visitor; once more with every change or addition.
 * @event {CustomEvent<VoiceStateChangeDetail>} voice-state-change - The state is a new one.
 * @event {CustomEvent<VoiceEndDetail>} voice-end - Exactly once per start, when everything is released.
 * @event {CustomEvent<TranscriptItem>} voice-transcript - Something was said, or is known better now.
 * @event {CustomEvent<VoiceErrorDetail>} voice-error - Something went wrong; a fatal one ends the call.
 * @event {CustomEvent<VoiceMetricsDetail>} voice-metrics - How long connecting, or an answer, took, and why the connection is poor.
 * @event {CustomEvent<VoiceToolCallDetail>} voice-tool-call - The agent calls a function of the page; cancelable.
 * @event {CustomEvent<VoiceToolResultDetail>} voice-tool-result - What the agent was told of it.
 * @event {CustomEvent<VoiceApprovalRequestDetail>} voice-approval-request - May a tool run? Cancelable, for a page that asks the visitor itself.
 * @event {CustomEvent<VoiceHandoffDetail>} voice-handoff - Another agent of the host has taken over.
 * @event {CustomEvent<VoiceGuardrailDetail>} voice-guardrail - A guardrail has found something; cancelable.
 * @event {CustomEvent<VoiceUsageDetail>} voice-usage - What an answer, or a transcription, has used.
 * @event {CustomEvent<ServerEvent>} voice-server-event - Every event of the service, as it came; behind a filter also what follows from it.
 *
 * @csspart dock - In the layout `floating`, what stands in the corner: the launcher and, in a call, the button that ends it.
 * @csspart launcher - In the layout `floating`, the button that opens the panel and shows a call under way.
 * @csspart panel - The whole surface.
 * @csspart header - In the layout `floating`, the row with the heading and the button that closes.
 * @csspart close-button - In the layout `floating`, puts the panel away.
 * @csspart visualizer - Where the voices are drawn.
 * @csspart status - The line that says what is going on.
 * @csspart notice - A hint, such as where to allow the microphone, or that nothing is heard.
 * @csspart error - What went wrong, and what to do now.
 * @csspart controls - The row of buttons.
 * @csspart button - Every button.
 * @csspart pressed - A rating that was chosen, and the settings' button while they are open.
 * @csspart start-button - Starts a call.
 * @csspart end-button - Ends a call, or stops connecting.
 * @csspart mute-button - Mutes the visitor.
 * @csspart interrupt-button - Stops the agent's answer.
 * @csspart talk-button - Held while the visitor speaks, in push-to-talk; in a conversation by text, lets the visitor speak.
 * @csspart settings-button - Opens and closes the settings.
 * @csspart settings - What the visitor can set.
 * @csspart select - Chooses a microphone, a loudspeaker or the language.
 * @csspart consent - What is to be agreed to, and the button for it.
 * @csspart agree-button - Agrees to it.
 * @csspart feedback - The question how the call was.
 * @csspart rating-button - Answers it, well or badly.
 * @csspart phone-button - Calls the number in `phone`.
 * @csspart report-button - Copies a report of what went wrong.
 * @csspart report - The report, to be copied by hand where the browser does not let the button do so.
 * @csspart transcript - What was said, a message each.
 * @csspart message - A message of either side.
 * @csspart user-message - What the visitor said or typed.
 * @csspart agent-message - What the agent said.
 * @csspart composer - The row for typing.
 * @csspart input - Where the visitor types: a message, or a word after a call.
 * @csspart send-button - Sends it.
 * @csspart activity - What is told of tools that run, or have failed.
 * @csspart attach-button - Lets the visitor choose pictures.
 * @csspart remove-button - Takes a picture back before it is sent.
 * @csspart picture - A picture, small: before it is sent, and in the transcript.
 * @csspart latest-button - Goes to the end of the transcript.
 * @csspart note - A line between the messages of the transcript, such as that another agent has taken over.
 * @csspart approval - The question whether a tool may run.
 * @csspart approve-button - Lets the tool run, once or for this call.
 * @csspart deny-button - Does not.
 * @csspart hear-button - Lets the agent be heard where the browser wants a tap first.
 *
 * @cssproperty --voice-agent-accent - Buttons, focus and, by default, the agent's voice.
 * @cssproperty --voice-agent-on-accent - Text on the accent.
 * @cssproperty --voice-agent-background - The panel.
 * @cssproperty --voice-agent-surface - Quiet buttons and the visualizer's ground.
 * @cssproperty --voice-agent-color - Text.
 * @cssproperty --voice-agent-muted-color - Less important text.
 * @cssproperty --voice-agent-border - Lines.
 * @cssproperty [--voice-agent-radius=1.25rem] - Corners of the panel.
 * @cssproperty [--voice-agent-gap=1rem] - Room between the parts.
 * @cssproperty [--voice-agent-visualizer-height=4.5rem] - Height of the visualizer.
 * @cssproperty [--voice-agent-z-index=1000] - Of the layout `floating`, in browsers without popovers.
 * @cssproperty --voice-agent-user-color - The visitor's voice.
 * @cssproperty --voice-agent-agent-color - The agent's voice.
 * @cssproperty --voice-agent-user-message - Ground of what the visitor said.
 * @cssproperty --voice-agent-agent-message - Ground of what the agent said.
 *
 * @cssstate idle - No call yet.
 * @cssstate connecting - A call is being set up.
 * @cssstate live - The visitor can speak.
 * @cssstate recovering - The connection was lost and is being made again.
 * @cssstate ended - The call is over.
 * @cssstate listening - Live, and nobody speaks.
 * @cssstate hearing - Live, and the visitor is heard.
 * @cssstate thinking - Live, and the agent prepares an answer.
 * @cssstate speaking - Live, and the agent speaks.
 * @cssstate muted - Live, and the visitor is muted.
 * @cssstate text - Live, by text alone: no microphone, no sound.
 * @cssstate poor - Live, and the network is unstable.
 */
export class VoiceAgentElement extends LitElement {
  static override styles = styles;

  static override properties = {
    tokenUrl: { attribute: 'token-url' },
    sessionUrl: { attribute: 'session-url' },
    agent: {},
    variables: { type: Object },
    callsUrl: { attribute: 'calls-url' },
    layout: REFLECTED,
    placement: REFLECTED,
    open: { type: Boolean, reflect: true },
    theme: REFLECTED,
    visualizer: {},
    warmup: {},
    turnTaking: { attribute: 'turn-taking' },
    halfDuplex: { type: Boolean, attribute: 'half-duplex' },
    fallback: {},
    greeting: { type: Boolean },
    maxDuration: { type: Number, attribute: 'max-duration' },
    idleTimeout: { type: Number, attribute: 'idle-timeout' },
    muted: { type: Boolean, reflect: true },
    disabled: { type: Boolean, reflect: true },
    transcript: { type: Boolean },
    textInput: { type: Boolean, attribute: 'text-input' },
    settings: { type: Boolean },
    consentKey: { attribute: 'consent-key' },
    feedback: { type: Boolean },
    phone: {},
    concurrent: { type: Boolean },
    allowProgrammaticStart: { type: Boolean, attribute: 'allow-programmatic-start' },
    tokenSource: { attribute: false },
    negotiate: { attribute: false },
    tools: { attribute: false },
    webmcp: { type: Boolean },
    guardrails: { attribute: false },
    inputGuardrails: { attribute: false },
    prices: { attribute: false },
    redact: { type: Boolean },
    summarize: { attribute: false },
    session: { attribute: false },
    iceServers: { attribute: false },
    strings: { attribute: false },
  };

  /** The host that answers POST with a client secret. */
  tokenUrl: string | undefined;
  /** Instead: the host that takes the offer and answers it, so that no secret reaches the page. */
  sessionUrl: string | undefined;
  /** Which of the host's agents to talk to; by default its own choice. */
  agent: string | undefined;
  /** What the agent's variables stand for, as the host has declared them; JSON in the attribute. */
  variables: AgentChoice['variables'];
  /** Where the offer is sent; by default where the token host says, else OpenAI. */
  callsUrl: string | undefined;
  /** In the page, in one line, or in a corner of the window. It may change in a call. */
  layout: 'inline' | 'bar' | 'floating' = 'inline';
  /** The corner for `floating`, as the element's own text runs. */
  placement: 'bottom-end' | 'bottom-start' | 'top-end' | 'top-start' = 'bottom-end';
  /** The panel of `floating` is open. A call goes on while it is not. */
  open = false;
  /** `auto` follows the `color-scheme` of the page. */
  theme: 'auto' | 'light' | 'dark' = 'auto';
  /**
   * How both voices are drawn: `bars`; `wave`, what was just said, to the right the newest; `orb`, which
   * listens, thinks and speaks; or `none`. It may change in a call. Where motion is not wanted, all of
   * them are a level of four steps.
   */
  visualizer: 'bars' | 'wave' | 'orb' | 'none' = 'bars';
  /** What to do ahead of the click, on pointer-over, focus or touch. */
  warmup: 'none' | 'token' = 'token';
  /**
   * `auto`: the service notices when the visitor speaks. `push-to-talk`: a button is held, or tapped,
   * for each turn, and the service's own turn detection is off. It may change in a call.
   */
  turnTaking: 'auto' | 'push-to-talk' = 'auto';
  /**
   * The microphone rests while the agent speaks, for loudspeakers that it would hear. The visitor can
   * still stop an answer with the button. It may change in a call, and means nothing in push-to-talk.
   */
  halfDuplex = false;
  /**
   * `websocket`: where WebRTC does not get through within 8 s, or the browser has none, the call goes over a
   * WebSocket to the same service. The host's answer has to name the session's `model`, and the page's
   * `connect-src` to allow the address as `wss:`. Not with `session-url` or `negotiate`. A bundler that
   * leaves `new URL('./worklet.js', import.meta.url)` as it is needs that file beside what it writes.
   */
  fallback: 'none' | 'websocket' = 'none';
  /** The agent speaks first. */
  greeting = false;
  /**
   * Seconds after which a call ends by itself; the visitor is told of it 30 s before. An answer under way
   * has 5 s more.
   */
  maxDuration: number | undefined;
  /** Seconds in which nobody does anything, after which a call ends; the visitor is told 20 s before, or half the time. */
  idleTimeout: number | undefined;
  /** The visitor is not heard, in this call and in those to come. */
  muted = false;
  /** The visitor cannot start a call; one under way can still be ended. */
  disabled = false;
  /** The conversation is shown as text, too. */
  transcript = false;
  /**
   * The visitor can type instead of speaking, and the conversation is shown. Typing alone never asks for
   * the microphone.
   */
  textInput = false;
  /**
   * The visitor can choose microphone, loudspeaker, volume, language, whether the conversation is shown and
   * whether screen readers announce its answers, which they do by themselves in one by text; devices, once the
   * browser tells of them. What was chosen is kept in `localStorage` under `voice-agent`.
   */
  settings = false;
  /** Whether screen readers announce answers, where the visitor has said so. @internal */
  readOut: boolean | undefined;
  /**
   * With it, that the visitor has agreed to what is in the slot `consent` is kept in `localStorage`, under
   * `voice-agent-consent:` and this name; another name asks again. Without, it holds for this element.
   */
  consentKey: string | undefined;
  /** Asks the visitor after a call how it was; the answer is the event `voice-feedback`. */
  feedback = false;
  /**
   * A number that can be called instead, in the form of E.164 (`+493012345678`): offered beside errors
   * where voice does not work, and in the settings. One that is none is left out, with a warning.
   */
  phone: string | undefined;
  /** Lets its call go on beside that of another element of the page. */
  concurrent = false;
  /** Lets `start()` work without a click, for pages that have their own button elsewhere. */
  allowProgrammaticStart = false;

  /** Replaces `token-url`: gives a fresh client secret, or a host's answer, for each attempt. */
  tokenSource: TokenSource | undefined;
  /** Replaces the HTTP exchange of offer and answer. */
  negotiate: Negotiate | undefined;
  /** Functions of the page that the agent may call. They may change in a call. */
  tools: readonly PageTool[] = [];
  /** Also offers the agent what the page has registered with the browser (WebMCP). */
  webmcp = false;
  /** Functions that look at what the agent says, and may stop it. */
  guardrails: readonly Guardrail[] = [];
  /**
   * Functions that look at what the visitor has spoken, before it is answered. They read the transcription:
   * where the session has none, nothing is read, which is a `voice-error`. Neither do they read what is
   * typed, nor pictures; those are sent at once.
   */
  inputGuardrails: readonly Guardrail[] = [];
  /**
   * Prices of the model, for the estimate in `voice-usage`; or a function that finds them by the names of
   * the session's models, such as `openaiPrices`. Where it finds none there is no estimate.
   */
  prices: Prices | PriceList | undefined;
  /**
   * A function that takes personal data out of a text, or true for the supplied one: e-mail addresses,
   * phone, card and bank account numbers. It is applied to whatever leaves the element: all events,
   * `items` and exports; what is on screen stays as the visitor has said it, and tools get what the
   * agent has sent. Unfinished turns and the service's deltas do not leave then. A text for which the
   * function throws is left out.
   */
  redact: boolean | ((text: string) => string) = false;
  /**
   * Says what the first items of a long conversation were about, for when it has to be told again to a
   * new session; without it they are left out.
   */
  summarize: Summarize | undefined;
  /** Part of a session's configuration, sent as `session.update` after connecting. */
  session: SessionUpdate | undefined;
  /** For networks that need a TURN server. */
  iceServers: RTCIceServer[] | undefined;
  /**
   * Words on screen that differ from the supplied ones, whose language follows `lang` on the element, the
   * nearest `lang` around it, then the browser.
   */
  strings: Partial<Dictionary> = {};

  /** What the page was told of the way of its calls, for a report. */
  #noted: readonly Noted[] = [];
  /** What is wrong; it stays on screen until the next start. */
  #problem: VoiceError | undefined;
  readonly #internals = this.attachInternals();
  readonly #controller = new CallController({
    loaded: ({ callStyles }) => {
      adopt(this.shadowRoot, callStyles);
      this.requestUpdate();
    },
    makeCall: (talk) => talk.makeCall(this, this.#fetch, () => this.#language),
    use: (call) => {
      this.#around?.attach(call);
      // The page may have changed its mind since the call was made.
      this.#extras?.turns.change();
    },
    concurrent: () => this.concurrent,
    ahead: (signal) => {
      const { tokenUrl, tokenSource, sessionUrl } = this;
      // No secret is spent on somebody who has refused the microphone.
      if (tokenUrl && !tokenSource && !sessionUrl && this.#microphone?.state !== 'denied') {
        this.#fetch = askAhead(tokenUrl, this, signal);
      }
    },
    emit: (name, detail, cancelable) => this.#emit(name, detail, cancelable),
  });
  readonly #language = new LanguageController(this);
  #drawing: Drawing | undefined;
  #around: Around | undefined;
  #floating: Floating | undefined;
  /** Asked for before the click, for the browser takes 10 ms to answer. */
  #microphone: PermissionStatus | undefined;
  /** Asks the token host; its first answer may have been asked for ahead. */
  #fetch: typeof fetch | undefined;

  static {
    // What Lit does not find there it does not take from a prototype that a page has changed.
    for (const one of Object.values(this.properties)) Object.setPrototypeOf(one, null);
  }

  constructor() {
    super();
    Object.setPrototypeOf(this.renderOptions, null);
    this.#reflectState();
  }

  /** The state of the call. Frozen; a new object for every change. */
  get state(): CallState {
    return this.#controller.state;
  }

  /** What was said in the present call, or in the last one, oldest first. */
  get items(): readonly TranscriptItem[] {
    return this.#extras?.items ?? [];
  }

  /** What the present call, or the last one, has used in tokens, and cost where `prices` are set. */
  get usage(): TokenUsage | undefined {
    return this.#extras?.usage.total;
  }

  /** The service's id of the call, where it reveals one. */
  get callId(): string | undefined {
    return this.#controller.call?.callId;
  }

  /**
   * Starts a call. It needs a click or key press of the visitor, unless `allow-programmatic-start`
   * is set. During a start or a call it returns the same promise, which resolves when the visitor can
   * speak. It rejects with a `VoiceError`, or with an `AbortError` when the call was ended,
   * `voice-start` canceled, or the visitor has not agreed to what is in the slot `consent`.
   */
  start(): Promise<void> {
    return this.#start(true);
  }

  #start(voice: boolean): Promise<void> {
    const { isActive = true } = (navigator as Partial<Navigator>).userActivation ?? {};
    const { status } = this.state;
    const isNew = status === 'idle' || status === 'ended';
    if (isNew && !isActive && !this.allowProgrammaticStart) {
      const message = 'start() needs a click, or allow-programmatic-start.';
      return Promise.reject(new VoiceError('gesture-required', message));
    }
    return this.#controller.start(voice, isNew && this.#isUnasked ? this.#agree : undefined);
  }

  /** Ends the call, or the attempt at one. Resolves when everything is released. */
  end(): Promise<void> {
    return this.#controller.end('user');
  }

  /** From now on, and in calls to come, the visitor is not heard. */
  mute(): void {
    this.muted = true;
    this.#controller.mute(true);
  }

  /** The visitor is heard again. */
  unmute(): void {
    this.muted = false;
    this.#controller.mute(false);
  }

  /** Stops the agent's answer. Without a call it does nothing. */
  interrupt(): void {
    this.#extras?.interrupt();
  }

  /**
   * Says `text` as the visitor, and stops what the agent is saying. Without a call a conversation by
   * text is started: no microphone, no sound. It rejects as `start()` does.
   */
  async sendText(text: string): Promise<void> {
    await this.#start(false);
    this.#live().sendText(text);
  }

  /**
   * Shows the agent a picture, made small enough for the way; without a call, in a conversation by text.
   * It rejects with a `TypeError` for what is no picture, and as `start()` does.
   */
  async sendImage(blob: Blob): Promise<void> {
    await this.#start(false);
    const { sendImage } = await import('./files-part.js');
    await sendImage(this.#live(), this.#extras, blob);
  }

  /**
   * The conversation as a file: `text`, `json`, or `vtt` (captions). It rejects with a `TypeError` for any
   * other format.
   */
  async exportTranscript(format: ExportFormat): Promise<File> {
    const { exportConversation } = await import('./files-part.js');
    return exportConversation(this.#extras, format, this.#words());
  }

  /**
   * What a developer needs to see what went wrong in the present call, or the last one: versions, the way
   * there, the error with a hint, the route and its statistics. No secret is in it, no address in full, and
   * nothing that was said; `redact` is applied. It is made of what JSON can hold.
   */
  async report(): Promise<CallReport> {
    const { reportOf } = await import('./report-part.js');
    return reportOf(this, this.#noted, this.#extras);
  }

  /** Tells the agent something without asking for an answer. Throws `InvalidStateError` without a live call. */
  sendContext(text: string): void {
    this.#live().sendText(text, 'system');
  }

  /** Changes the session. Throws `InvalidStateError` without a live call. */
  updateSession(session: SessionUpdate): void {
    this.#live().updateSession(session);
  }

  /** Sends any event of the protocol. Throws `InvalidStateError` without a live call. */
  send(event: ClientEvent): void {
    this.#live().send(event);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A move in the document is a removal and an insertion in one task: such a call goes on.
    queueMicrotask(() => {
      if (!this.isConnected) void this.#controller.dispose();
    });
  }

  /** With this, `moveBefore` does not even disconnect. @internal */
  connectedMoveCallback(): void {
    // The language around it may be another one.
    this.requestUpdate();
  }

  protected override willUpdate(changed: PropertyValues): void {
    const { textInput, settings, feedback, phone } = this;
    const isWanted = textInput || settings || feedback || phone;
    if ((changed.size && isWanted) || this.#problem || this.#isUnasked) {
      this.#surround().catch(() => undefined);
    }
    if (this.#controller.talk?.CALL_OPTIONS.some((name) => changed.has(name)))
      this.#controller.invalidate();
    if (changed.has('layout')) void this.#arrange();
    if (changed.has('muted')) this.#controller.mute(this.muted);
    if (changed.has('tools') || changed.has('webmcp')) this.#extras?.tools.change();
    if (changed.has('turnTaking') || changed.has('halfDuplex')) this.#extras?.turns.change();
  }

  protected override render(): TemplateResult {
    const { state, muted, disabled } = this;
    const problem = this.#problem;
    const { talk, call } = this.#controller;
    const strings = this.#words();
    const around = this.#around?.view(strings, problem?.code);
    const model = {
      language: this.#language.current,
      state,
      muted,
      disabled,
      strings,
      problem: problem && (talk?.sentenceFor(problem, strings, this) ?? strings.failed),
      code: problem?.code,
      mayAsk: this.#microphone?.state !== 'granted',
      visualizer: this.visualizer !== 'none',
      transcript: this.transcript || this.textInput,
      composer: this.textInput && (around?.composer ?? nothing),
      around,
    };
    const frame = this.layout === 'floating' ? this.#floating : undefined;
    return view(model, this.#intents, talk?.callParts(model, this.#intents, call), frame);
  }

  protected override firstUpdated(): void {
    void microphonePermission().then((permission) => (this.#microphone = permission));
  }

  protected override updated(): void {
    const { talk, call } = this.#controller;
    if (!talk) return;
    this.#drawing ??= new talk.Drawing(this.renderRoot as ShadowRoot);
    this.#drawing.update(this.state, call, this.#words());
  }

  readonly #intents: Intents = {
    start: () => {
      // Whatever goes wrong is on screen and in `voice-error`.
      this.start().catch(() => undefined);
    },
    end: ({ detail }) => {
      // A double click on the button that starts is no wish to end.
      if (detail < 2) void this.end();
    },
    toggleMute: () => {
      if (this.muted) this.unmute();
      else this.mute();
    },
    hear: () => void this.#hear(),
    interrupt: () => {
      this.interrupt();
    },
    send: async (text, pictures) => {
      if (pictures.length === 0) return this.sendText(text);
      await this.#start(false);
      const { sendMessage } = await import('./files-part.js');
      sendMessage(this.#live(), this.#extras, text, pictures);
    },
    approach: () => {
      if (this.warmup !== 'none' && !this.disabled && !this.#isUnasked)
        void this.#controller.warmUp();
    },
  };

  readonly #agree = async (): Promise<void> => {
    await this.#surround();
    await this.#around?.agree();
  };

  /** There is something to agree to, and nobody is known to have agreed. */
  get #isUnasked(): boolean {
    return !this.#around?.agreed && asksConsent(this);
  }

  /** Fetches what the page wants around a call; after a failure the next change tries again. */
  async #surround(): Promise<void> {
    const { Around } = await import('./around-part.js');
    this.#around ??= new Around(this, this.#intents, this.#controller, this.#language);
  }

  /** Fetches what the layout needs. Where that cannot be had, the panel is shown in the page. */
  async #arrange(): Promise<void> {
    const { layout } = this;
    try {
      if (layout === 'bar') adopt(this.shadowRoot, (await import('./bar.js')).styles);
      if (layout === 'floating') {
        const { Floating, styles } = await import('./floating.js');
        adopt(this.shadowRoot, styles);
        this.#floating ??= new Floating(this);
      }
    } catch {
      this.layout = 'inline';
    }
  }

  #words(): KnownStrings {
    return { ...FIRST_ENGLISH, ...this.#language.current.words, ...this.strings };
  }

  async #hear(): Promise<void> {
    if (await this.#controller.call?.resumePlayback()) this.#tell(undefined);
  }

  /** What is attached to the present call, or was to the last one. */
  get #extras(): Extras | undefined {
    const { talk, call } = this.#controller;
    return call && talk?.extrasOf(call);
  }

  #live(): Call {
    const { call } = this.#controller;
    if (!call) throw new DOMException('There is no live call.', 'InvalidStateError');
    return call;
  }

  #emit<K extends keyof VoiceAgentEventDetails>(
    name: K,
    detail: VoiceAgentEventDetails[K],
    cancelable = false,
  ): boolean {
    if (name === 'voice-state-change' || name === 'voice-error') {
      const noted = { at: performance.now(), name, detail };
      this.#noted = [...this.#noted.slice(-199), noted];
    }
    if (name === 'voice-start' || name === 'voice-state-change') this.#reflectState();
    if (name === 'voice-start') this.#tell(undefined);
    // The button that unblocks the sound stays whatever else is wrong.
    if (name === 'voice-error' && this.#problem?.code !== 'playback-blocked') {
      this.#tell((detail as VoiceErrorDetail).error);
    }
    if (name === 'voice-end') this.#tell((detail as VoiceEndDetail).error);
    const goesOn = this.dispatchEvent(
      new CustomEvent(name, { detail, bubbles: true, composed: true, cancelable }),
    );
    // What the page has set by now, this very call is made with.
    if (name === 'voice-start' && this.hasUpdated && this.isUpdatePending) this.performUpdate();
    return goesOn;
  }

  #tell(problem: VoiceError | undefined): void {
    this.#problem = problem;
    // With a start, or where something is to be said: a dictionary that could not be had may come now.
    this.#language.wanted = '';
    this.requestUpdate();
  }

  /** The state as `:state(…)` for style sheets, and on screen. */
  #reflectState(): void {
    const { state } = this;
    const { states } = this.#internals;
    states.clear();
    states.add(state.status);
    if (state.status === 'live') {
      states.add(state.turn);
      if (state.muted) states.add('muted');
      if (!state.voice) states.add('text');
      if (state.quality === 'poor') states.add('poor');
    }
    this.requestUpdate('state');
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'voice-agent': VoiceAgentElement;
  }
}
