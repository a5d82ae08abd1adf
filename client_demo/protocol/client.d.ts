/**
 * Full-jitter exponential back-off; never less than a third of the step, so that a crowd spreads.
 * @param {number} attempt 0 for the first retry
 * @param {number} [random] 0..1
 */
export function backoffMs(attempt: number, random?: number): number;
/**
 * How long to wait after the server closed a socket with this code.
 * @param {number} code WebSocket close code
 * @param {number} attempt @param {number} [random]
 */
export function afterClose(code: number, attempt: number, random?: number): number;
/** Seconds of a Retry-After header, else the fallback. @param {string | null} header @param {number} fallbackS */
export function retryAfterS(header: string | null, fallbackS: number): number;
/** A name for what is made, so that asking again makes it once: by time, then by chance. */
export function newKey(): string;
/**
 * @typedef {{epoch: string, seq: number}} Position
 * @typedef {{event(topic: string, event: any, seq: number | null): unknown, snapshot(topic: string, snapshot: any): unknown,
 *   gone(topic: string, problem: any): unknown, online?(on: boolean): unknown, identity?(): Promise<any>}} TopicListener
 *   ``gone``: the topic is not there (any more), or not for us; ``identity``: who we are must be learned anew
 */
/**
 * Whether a message of a topic is new, and the place after it. Volatile messages have no place. Pure.
 * @param {Position | null} at @param {number | null} seq
 * @returns {{fresh: boolean, at: Position | null}}
 */
export function advance(at: Position | null, seq: number | null): {
    fresh: boolean;
    at: Position | null;
};
/** Topics as an async iterator, for those who want no listener. */
/**
 * What happens in topics, until ``signal`` ends it or the loop is left: a ``snapshot`` of each first, and again where
 * too much was missed; then each ``event`` once, in order. Throws Problem when a topic is not there, or not for us.
 * @param {string[]} topics "feed", and clipTopic(id)
 * @param {{server?: string, token?: string, signal?: AbortSignal, at?: Record<string, import("./socket.js").Position>}} [options] ``token`` opens a private clip, ``at`` is where to go on
 * @returns {AsyncGenerator<{topic: string, event?: any, snapshot?: any, seq?: number | null}, void, void>}
 */
export function follow(topics: string[], { server, token, signal, at }?: {
    server?: string;
    token?: string;
    signal?: AbortSignal;
    at?: Record<string, any>;
}): AsyncGenerator<{
    topic: string;
    event?: any;
    snapshot?: any;
    seq?: number | null;
}, void, void>;
/**
 * How a connection went: ``waitMs`` until the next try is worth it, ``gone`` when none ever will be.
 * @typedef {{waitMs: number, gone: boolean}} Outcome
 */
/**
 * One connection, from its offer until it is lost.
 * @param {string} url the clip's WHEP endpoint @param {AbortSignal} signal @param {number} attempt 0 for the first
 * @param {(stream: MediaStream) => void} onstream
 * @returns {Promise<Outcome>}
 */
export function viewOnce(url: string, signal: AbortSignal, attempt: number, onstream: (stream: MediaStream) => void): Promise<Outcome>;
/** Until it is worth asking again. @param {Response | null} answer @param {number} attempt */
export function waitMs(answer: Response | null, attempt: number): number;
/**
 * Offers to receive one video and its sound, and takes the answer; without a session the answer
 * says why.
 * @param {RTCPeerConnection} connection @param {string | URL} url @param {AbortSignal} signal
 * @returns {Promise<{session?: string, answer: Response}>}
 */
export function negotiate(connection: RTCPeerConnection, url: string | URL, signal: AbortSignal): Promise<{
    session?: string;
    answer: Response;
}>;
/**
 * Resolves when the connection never came up, failed, was closed, or stayed away for long; to whether it was ever up.
 * @param {RTCPeerConnection} connection @param {AbortSignal} signal
 * @returns {Promise<boolean>}
 */
export function lost(connection: RTCPeerConnection, signal: AbortSignal): Promise<boolean>;
/** The servers of a Link header (RFC 9725, section 4.6). Pure. @param {string | null} header @returns {RTCIceServer[]} */
export function iceServers(header: string | null): RTCIceServer[];
/**
 * The protocol of Phosphene for browsers, as one module without dependencies:
 *
 *   import { Api, Channel, follow, WhepViewer } from "https://SERVER/client.js";
 *
 * See docs/client.md. Its parts are served as one.
 */
/** The server that this module came from. */
export const HOME: string;
export function pause(ms: number, signal: AbortSignal): Promise<void>;
/**
 * @typedef {{type: string, title: string, status: number, detail?: string, retry_after_s?: number, refusal?: any, rest?: any,
 *   request_id?: string}} ProblemDocument of RFC 9457; the type is the address of a page that explains it
 */
/** An answer that says no: RFC 9457 problem details. */
export class Problem extends Error {
    /** @param {number} status @param {any} body @param {string | null} retryAfter */
    constructor(status: number, body: any, retryAfter: string | null);
    status: number;
    /** @type {ProblemDocument | null} null where a proxy answered */
    problem: ProblemDocument | null;
    refusal: any;
    /** Seconds after which it may work, null if waiting does not help. @type {number | null} */
    retryS: number | null;
}
/**
 * What a person can do. Without a ``token`` they are who the browser's cookie says, which counts on pages of the
 * server and of its allowed origins; other pages may read, and write with a token.
 */
export class Api {
    /** @param {{server?: string, token?: string}} [options] */
    constructor({ server, token }?: {
        server?: string;
        token?: string;
    });
    server: string;
    token: string;
    /**
     * Throws Problem, and TypeError where there is no answer.
     * @param {string} method @param {string} path
     * @param {{body?: any, key?: string, signal?: AbortSignal, keepalive?: boolean}} [options]
     * @returns {Promise<any>}
     */
    call(method: string, path: string, { body, key, signal, keepalive }?: {
        body?: any;
        key?: string;
        signal?: AbortSignal;
        keepalive?: boolean;
    }): Promise<any>;
    me(): Promise<any>;
    /** @param {string} handle */
    rename(handle: string): Promise<any>;
    /** What would be drawn. @param {{text: string, changes: boolean, parent?: string, model?: string}} asked @param {AbortSignal} [signal] */
    read(asked: {
        text: string;
        changes: boolean;
        parent?: string;
        model?: string;
    }, signal?: AbortSignal): Promise<any>;
    vocabulary(): Promise<any>;
    /** The feed; without an order the one that the person chose. @param {{seen: string[], liked: string[], skipped: string[], order?: string | null}} interest @param {string | null} cursor @param {number} limit */
    feed(interest: {
        seen: string[];
        liked: string[];
        skipped: string[];
        order?: string | null;
    }, cursor: string | null, limit: number): Promise<any>;
    /** Newest first. @param {string | null} [cursor] @param {number} [limit] */
    latest(cursor?: string | null, limit?: number): Promise<any>;
    /** @param {string} id @param {string} [embedToken] opens a private clip of somebody else */
    clip(id: string, embedToken?: string): Promise<any>;
    /** Asks for a clip, a remix or a fork. @param {any} prompt @param {string} [key] the same key never makes two clips */
    create(prompt: any, key?: string): Promise<any>;
    /** Stops a clip that is being drawn, or removes one that has ended. @param {string} id */
    remove(id: string): Promise<any>;
    /** Twice counts once. @param {string} id @param {boolean} [on] */
    like(id: string, on?: boolean): Promise<any>;
    /** @param {string} id @param {string} text @param {string} [key] the same key comments once @param {string | null} [parent] the comment that it answers */
    comment(id: string, text: string, key?: string, parent?: string | null): Promise<any>;
    /** @param {string} id @param {string} comment @param {string} text */
    editComment(id: string, comment: string, text: string): Promise<any>;
    /** With its answers. @param {string} id @param {string} comment */
    removeComment(id: string, comment: string): Promise<any>;
    /** @param {string} id @param {string} comment @param {boolean} [on] */
    likeComment(id: string, comment: string, on?: boolean): Promise<any>;
    /** For the clip's author. @param {string} id @param {string} comment @param {boolean} [on] */
    pinComment(id: string, comment: string, on?: boolean): Promise<any>;
    /** Answers to a comment, oldest first. @param {string} id @param {string} parent @param {string | null} [cursor] @param {number} [limit] */
    replies(id: string, parent: string, cursor?: string | null, limit?: number): Promise<any>;
    /** @param {string} id @param {string} text @param {string} [key] */
    propose(id: string, text: string, key?: string): Promise<any>;
    /** @param {string} id @param {string} proposal */
    vote(id: string, proposal: string): Promise<any>;
    /** Newest first. @param {string} id @param {string | null} [cursor] @param {number} [limit] */
    comments(id: string, cursor?: string | null, limit?: number): Promise<any>;
    /** @param {string} id */
    lineage(id: string): Promise<any>;
    /** Counts a view, also while the page goes away. @param {string} id */
    viewed(id: string): Promise<any>;
    /** Lets pages of others show a private clip. @param {string} id @param {{origins: string[], seconds: number}} token */
    embedToken(id: string, token: {
        origins: string[];
        seconds: number;
    }): Promise<any>;
    /** What other sites are told of a clip. @param {string} url the clip's page */
    oembed(url: string): Promise<any>;
}
export function clipTopic(id: string): string;
export function socketUrl(server?: string): string;
export class Socket {
    /** @param {string} url see socketUrl @param {TopicListener} listener */
    constructor(url: string, listener: TopicListener);
    url: string;
    listener: TopicListener;
    /** @type {Map<string, Position | null>} the place in each topic */
    topics: Map<string, Position | null>;
    /** @type {Map<string, string>} embed tokens by topic */
    tokens: Map<string, string>;
    /** @type {Map<number, string>} message id -> topic that was asked for */
    asked: Map<number, string>;
    /** @type {string | null} */
    watching: string | null;
    ready: boolean;
    attempt: number;
    lastId: number;
    bearer: string;
    closing: AbortController;
    open(): void;
    socket: WebSocket;
    opening: number;
    /** For good. */
    close(): void;
    /** @param {string} topic @param {{at?: Position | null, token?: string}} [options] ``at``: after this place; ``token`` opens a private clip */
    subscribe(topic: string, { at, token }?: {
        at?: Position | null;
        token?: string;
    }): void;
    /** @param {string} topic */
    unsubscribe(topic: string): void;
    /** Which clip is before the person now. @param {string | null} clip */
    watch(clip: string | null): void;
    /** Sends a message if there is a connection; what has to arrive is said again when it comes back. @param {any} message @returns {number} its id, 0 if it was not sent */
    say(message: any): number;
    /** The connection is open. @param {number} heartbeatS */
    welcomed(heartbeatS: number): void;
    pulse: number;
    silence: number;
    /** What was said under its id is done. @param {{id: number, held?: boolean, clips?: any[]}} _answer ``held``: a comment waits for an operator; ``clips`` follow what a turn listed */
    settled(_answer: {
        id: number;
        held?: boolean;
        clips?: any[];
    }): void;
    /** What was said under this id was refused. @param {number} id @param {any} problem */
    failed(id: number, problem: any): void;
    retry: number;
    #private;
}
export class Social extends Socket {
    /** @param {string} url @param {SocialListener} listener @param {Memory} [memory] */
    constructor(url: string, listener: SocialListener, memory?: Memory);
    hears: any;
    memory: Memory;
    /** @type {Map<string, Deed>} what was not yet confirmed, in order */
    outbox: Map<string, Deed>;
    turning: number;
    /** @type {Map<number, string>} message id -> key in the outbox */
    sent: Map<number, string>;
    /** The person has turned from a clip; the answer says what follows those listed. @param {string} clip @param {number} watchedMs @param {string[]} listed @param {boolean} served whether a feed had chosen it */
    turn(clip: string, watchedMs: number, listed: string[], served: boolean): void;
    /** @param {string} clip @param {boolean} on */
    like(clip: string, on: boolean): void;
    /** @param {string} clip @param {string} text @param {string} key @param {string | null} [parent] the comment that it answers */
    comment(clip: string, text: string, key: string, parent?: string | null): void;
    /** @override @param {number} id @param {any} problem */
    override failed(id: number, problem: any): any;
    #private;
}
export function leave(session: string): any;
export function inStereo(sdp?: string): string;
/** A viewer of one clip, who comes back until closed or the clip has left the air. */
export class WhepViewer {
    /**
     * @param {string} url the clip's WHEP endpoint
     * @param {{stream(stream: MediaStream): void, ended(): void}} listener ``ended``: nothing more comes
     */
    constructor(url: string, listener: {
        stream(stream: MediaStream): void;
        ended(): void;
    });
    url: string;
    listener: {
        stream(stream: MediaStream): void;
        ended(): void;
    };
    closing: AbortController;
    nudge: () => void;
    run(): Promise<void>;
    /** Says that the clip may be on air now. */
    hurry(): void;
    close(): void;
}
/**
 * @typedef {{stream(stream: MediaStream, rtpTime: number): void, ended(): void}} ChannelListener
 * ``stream``: the clip's pictures are those from the RTP time on; ``ended``: nothing more comes
 */
export class Channel {
    /** @param {string} [url] the feed's WHEP endpoint */
    constructor(url?: string);
    url: string;
    /** @type {Viewing | null} what is to be shown */
    shown: Viewing | null;
    /** @type {string | null} a clip that may be next, to be made ready */
    next: string | null;
    /** @type {string | undefined} the session, while there is one */
    session: string | undefined;
    /** @type {Promise<MediaStream> | undefined} */
    pictures: Promise<MediaStream> | undefined;
    /** @type {AbortController | undefined} set while connected or connecting */
    closing: AbortController | undefined;
    /** @type {RTCPeerConnection | undefined} */
    connection: RTCPeerConnection | undefined;
    /** @type {RTCIceServer[]} of the last answer: used when the straight way did not lead there */
    iceServers: RTCIceServer[];
    /** A clip that may be shown. @param {string} id @param {ChannelListener} listener */
    watch(id: string, listener: ChannelListener): Viewing;
    /** @param {Viewing | null} viewing */
    show(viewing: Viewing | null): void;
    idling: number;
    /** Asks again at once for what was not to be had. */
    hurry(): void;
    close(): void;
    /** What the server says of this viewer, and what the browser received. */
    statistics(): Promise<{
        server: any;
        inbound: any;
    }>;
    /** Connects and stays connected until it is closed, or until nobody watches when it is lost. */
    open(): Promise<void>;
    waiting: number;
    #private;
}
export type Position = {
    epoch: string;
    seq: number;
};
/**
 * ``gone``: the topic is not there (any more), or not for us; ``identity``: who we are must be learned anew
 */
export type TopicListener = {
    event(topic: string, event: any, seq: number | null): unknown;
    snapshot(topic: string, snapshot: any): unknown;
    gone(topic: string, problem: any): unknown;
    online?(on: boolean): unknown;
    identity?(): Promise<any>;
};
/**
 * How a connection went: ``waitMs`` until the next try is worth it, ``gone`` when none ever will be.
 */
export type Outcome = {
    waitMs: number;
    gone: boolean;
};
/**
 * of RFC 9457; the type is the address of a page that explains it
 */
export type ProblemDocument = {
    type: string;
    title: string;
    status: number;
    detail?: string;
    retry_after_s?: number;
    refusal?: any;
    rest?: any;
    request_id?: string;
};
export type Deed = {
    type: "like";
    clip: string;
    on: boolean;
} | {
    type: "comment";
    clip: string;
    text: string;
    key: string;
    parent?: string | null;
};
export type SocialListener = any & {
    refused(deed: Deed, problem: any): void;
    held?(deed: Deed): void;
    next?(clips: any[]): void;
};
/**
 * where the outbox is kept
 */
export type Memory = {
    read(key: string, otherwise: any): any;
    write(key: string, value: any): void;
};
/**
 * ``stream``: the clip's pictures are those from the RTP time on; ``ended``: nothing more comes
 */
export type ChannelListener = {
    stream(stream: MediaStream, rtpTime: number): void;
    ended(): void;
};
/** One clip's wish to be shown; of all only the last that was taken is. */
declare class Viewing {
    /** @param {Channel} channel @param {string} id @param {ChannelListener} listener */
    constructor(channel: Channel, id: string, listener: ChannelListener);
    channel: Channel;
    id: string;
    listener: ChannelListener;
    /** Shows this clip. */
    take(): void;
    /** Says that the clip may be on air now. */
    hurry(): void;
    close(): void;
}
export {};
