//! Every bound of the server, by name. An input without a bound here is a bug.
//!
//! Each constant says its unit in its name's end or in its first words, and whose bound it is: the vendor's
//! (with its source) or ours.

use std::time::Duration;

/// Bytes of a record photo. Vendor: "Upload a photo" v8 page, 10 MB.
pub const PHOTO_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Pixels (width × height) of a record photo. Vendor: "Upload a photo" v8 page, 10 megapixels.
pub const PHOTO_PIXELS_MAX: u64 = 10_000_000;
/// Bytes of a file name we keep with an upload. Ours.
pub const FILE_NAME_BYTES_MAX: usize = 255;

/// Bytes of a JSON body. Ours: 100 records with every long field filled stay below it.
pub const JSON_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes of a form body (OAuth). Ours.
pub const FORM_BYTES_MAX: usize = 64 * 1024;
/// Bytes of a body of the control API that brings a seed with its pictures. Ours.
pub const SEED_BODY_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Bytes of a seed file. Ours.
pub const SEED_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Problems of a seed that are told; of more only their number. Ours.
pub const SEED_PROBLEMS_MAX: usize = 20;
/// Snapshots of one organisation, the seed's included. Ours.
pub const SNAPSHOTS_MAX: usize = 100;
/// Changed records in one answer of a comparison. Ours.
pub const DIFFERENCES_MAX: u32 = 1_000;
/// Bytes of a multipart body: a photo at its bound, and the envelope around it. Ours.
pub const MULTIPART_BYTES_MAX: usize = PHOTO_BYTES_MAX + 64 * 1024;
/// Parts of one multipart body that we look at before we give up. Ours.
pub const MULTIPART_PARTS_MAX: usize = 32;
/// Bytes of an over-long body that we read and throw away, so that the client gets its refusal instead of a
/// reset connection. Ours.
pub const BODY_DISCARD_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Bytes of bodies held in memory at once by all requests together. Ours; a body that finds none waits for its share.
pub const BODIES_IN_MEMORY_BYTES_MAX: usize = 48 * 1024 * 1024;
/// The part of [`BODIES_IN_MEMORY_BYTES_MAX`] that is kept for the first [`BODY_SMALL_BYTES_MAX`] of each body. Ours: large bodies
/// never take it.
pub const BODIES_SMALL_IN_MEMORY_BYTES_MAX: usize = 12 * 1024 * 1024;
/// Bytes up to which a body is a small one. Ours: a form, or a write of some dozens of records.
pub const BODY_SMALL_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a body that is held before it is known whether its request will be refused. Ours.
pub const UNSCREENED_BYTES_MAX: u64 = 16 * 1024;

/// Bytes of an answer that is not counted. Ours: its connection takes more itself.
pub const ANSWER_UNCOUNTED_BYTES_MAX: usize = 4 * 1024;
/// Bytes up to which an answer is a small one. Ours.
pub const ANSWER_SMALL_BYTES_MAX: usize = 64 * 1024;
/// Bytes of small answers held in memory at once, until their clients have taken them. Ours: large ones never take this share.
pub const ANSWERS_SMALL_IN_MEMORY_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Bytes of large answers held in memory at once, until their clients have taken them. Ours: a dozen photos at their bound; a
/// request that finds no room waits before its answer is read.
pub const ANSWERS_LARGE_IN_MEMORY_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Large photos that are read at the same time. Ours: each keeps a thread for milliseconds.
pub const LARGE_READS_AT_ONCE_MAX: usize = 1;
/// Bytes of a photo that is read as soon as it is asked for; there has to be room for a larger one first. Ours: it takes well under a
/// millisecond.
pub const PHOTO_AT_ONCE_BYTES_MAX: usize = 512 * 1024;
/// Bytes of an answer that are handed to its connection in one piece. Ours.
pub const ANSWER_PIECE_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a request's head (request line and headers). Ours.
pub const HEAD_BYTES_MAX: usize = 32 * 1024;
/// Headers of one request. hyper's own bound: naming another one costs an allocation a request.
pub const HEADERS_MAX: usize = 100;
/// Bytes of a request target. Ours.
pub const TARGET_BYTES_MAX: usize = 8 * 1024;
/// Segments of a path. The longest vendor path has nine. Ours.
pub const PATH_SEGMENTS_MAX: usize = 12;
/// Query parameters of one request. Ours.
pub const QUERY_PARAMETERS_MAX: usize = 64;

/// Open client connections. Ours; for a further one that which has been idle longest is closed, and it waits if none is idle.
pub const CONNECTIONS_MAX: usize = 1024;
/// How long a connection is idle at least before it is closed for another one. Ours: time for what was just answered to leave, and
/// for a new client to begin its request.
pub const IDLE_BEFORE_CLOSED: Duration = Duration::from_millis(50);
/// Open client connections that can be asked for. Ours: more than any system opens files.
pub const CONNECTIONS_SETTING_MAX: u64 = 1_000_000;
/// Connections to a database that a node can be asked to hold. Ours: PostgreSQL itself takes a hundred unless told otherwise.
pub const DATABASE_CONNECTIONS_MAX: usize = 1000;
/// Rules about faults of one organisation at once. Ours.
pub const FAULT_RULES_MAX: usize = 100;
/// Rules about faults of all organisations at once: while there are any, every request is compared with them. Ours.
pub const FAULT_RULES_TOTAL_MAX: usize = 2000;
/// How long a rule may delay an answer. Ours.
pub const FAULT_DELAY_MAX: Duration = Duration::from_mins(1);
/// How long a body may take that a rule makes slow. Ours.
pub const FAULT_SLOW_MAX: Duration = Duration::from_mins(1);
/// The least time between two pieces of a body that a rule makes slow. Ours.
pub const FAULT_PIECE_INTERVAL: Duration = Duration::from_millis(50);
/// Bytes of one piece of a body that a rule breaks off, unless it is slow too. Ours: HTTP/2 forgets what has not been sent when
/// its stream ends, so little is to wait.
pub const FAULT_PIECE_BYTES_MAX: usize = 16 * 1024;
/// How long the last piece of a body that a rule breaks off has to leave before its stream of HTTP/2 ends. Ours.
pub const FAULT_STREAM_PAUSE: Duration = Duration::from_millis(100);

/// The most credits that a test can give an organisation for a day. Ours.
pub const CREDITS_OVERRIDE_MAX: u64 = 1_000_000_000;
/// The most calls at once that a test can allow an application. Ours.
pub const CONCURRENCY_OVERRIDE_MAX: u32 = 10_000;
/// Refresh tokens of an organisation whose throttle is remembered. Ours; of more the one that was used longest ago is forgotten.
pub const THROTTLED_TOKENS_MAX: usize = 1000;

/// Exchanges that the journal keeps of one organisation. Ours.
pub const JOURNAL_ENTRIES_MAX: usize = 1000;
/// Bytes of one body that the journal keeps. Ours.
pub const JOURNAL_BODY_BYTES_MAX: usize = 16 * 1024;
/// Bytes of everything that the journal keeps of one organisation. Ours.
pub const JOURNAL_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Bytes of everything that the journal keeps of all organisations. Ours: of a thousand busy ones each still has its newest fifty
/// or so.
pub const JOURNAL_TOTAL_BYTES_MAX: usize = 64 * 1024 * 1024;
/// How long a question for entries that are not there yet may wait. Ours.
pub const JOURNAL_WAIT_MAX: Duration = Duration::from_secs(20);

/// Runs of a request that is explained. Ours: enough for every check once, and for a token of each user tried.
pub const EXPLAIN_RUNS_MAX: usize = 64;
/// Users whose tokens are tried for a request that is explained. Ours.
pub const EXPLAIN_USERS_MAX: usize = 20;
/// Bytes of a body that a recorder passes on, whole: the vendor's longest, an attachment of 20 MB, and room around it. Ours.
pub const RECORDED_BODY_BYTES_MAX: usize = 22 * 1024 * 1024;
/// Bytes of a recording, when it is written and when it is read. Ours.
pub const RECORDING_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Secrets of one recording that are told from each other. Ours.
pub const RECORDING_SECRETS_MAX: usize = 10_000;
/// Bytes of a secret of a recording that is told from others. Ours.
pub const RECORDING_SECRET_BYTES_MAX: usize = 4096;
/// How long a recorder waits for a connection to the real service. Ours.
pub const UPSTREAM_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the real service may lag with the body of its answer. Ours.
pub const UPSTREAM_BODY_TIMEOUT: Duration = Duration::from_mins(1);
/// How long a recorder waits for the head of the real service's answer. Ours.
pub const UPSTREAM_ANSWER_TIMEOUT: Duration = Duration::from_mins(2);

/// Streams of one HTTP/2 connection at once. Ours.
pub const STREAMS_MAX: u32 = 128;
/// How long a client may take to shake hands for TLS, and to send a request's head, and how long an idle connection is kept. Ours.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes that a client must send of a body, or take of an answer, in a second, on the whole. Ours: a megabit.
pub const TRANSFER_BYTES_PER_SECOND_MIN: u32 = 128 * 1024;
/// How long a client may lag behind [`TRANSFER_BYTES_PER_SECOND_MIN`] with a request's body. Ours.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// The same while others wait for the memory of bodies. Ours.
pub const BODY_TIMEOUT_PRESSED: Duration = Duration::from_secs(1);
/// How long a client may lag behind [`TRANSFER_BYTES_PER_SECOND_MIN`] with an answer, and how long one socket write may make no
/// progress, before the connection is dropped. Ours.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// The same for an answer while others wait for its memory. Ours: a socket takes a megabyte or more in one go, so that who reads half a
/// megabyte in a second is seen to read every other second.
pub const WRITE_TIMEOUT_PRESSED: Duration = Duration::from_secs(2);
/// How long open requests may finish after SIGTERM. Ours.
pub const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// Write requests waiting for the writer. Ours; a further one is refused with an internal error.
pub const WRITES_QUEUED_MAX: usize = 4096;
/// Write requests that one commit carries. Ours: more adds latency and no throughput.
pub const WRITES_PER_COMMIT_MAX: usize = 256;

/// Records of one insert, update or delete call. Vendor: "Insert records" v8 page.
pub const RECORDS_PER_CALL_MAX: usize = 100;
/// Records of one page of a list. Vendor: "Get records" v8 page.
pub const RECORDS_PER_PAGE_MAX: u32 = 200;
/// Records that can be listed by page number alone. Vendor: measured (`DISCRETE_PAGINATION_LIMIT_EXCEEDED`).
pub const RECORDS_BY_PAGE_MAX: u32 = 2000;
/// Records that can be listed with page tokens. Vendor: OpenAPI (`PAGINATION_LIMIT_EXCEEDED`).
pub const RECORDS_BY_TOKEN_MAX: u32 = 100_000;
/// Field names in `fields`. Vendor: "Get records" v8 page.
pub const FIELDS_PER_CALL_MAX: usize = 50;
/// Characters of `restrict_triggers`. Vendor: OpenAPI (2026).
pub const RESTRICT_TRIGGERS_CHARS_MAX: usize = 100;
/// Users of one page of a list. Vendor: "Get users" v8 page.
pub const USERS_PER_PAGE_MAX: u32 = 200;
/// Ids in `ids` when users are listed. Vendor: OpenAPI (2026).
pub const USER_IDS_PER_CALL_MAX: usize = 100;
/// Tags of one record. Vendor: OpenAPI (2026), `record_limit` of a recorded list.
pub const TAGS_PER_RECORD_MAX: usize = 20;
/// Tags of one module. Vendor: OpenAPI (2026), `allowed_count` of a recorded list.
pub const TAGS_PER_MODULE_MAX: usize = 500;
/// Records whose tags one call changes. Vendor: "Add tags to records" v7 page.
pub const TAGGED_RECORDS_PER_CALL_MAX: usize = 500;
/// Tags of one mass deletion. Vendor: "Mass delete tags" v8 page.
pub const TAGS_PER_MASS_DELETE_MAX: usize = 200;
/// Items of one lock or of one change of a lock's reason. Vendor: OpenAPI (2026).
pub const LOCKS_PER_CALL_MAX: usize = 1;
/// Characters of a lock's reason. Vendor: OpenAPI (2026).
pub const LOCKED_REASON_CHARS_MAX: usize = 3000;
/// How long a page token lives. Vendor: "Get records" v8 page, 24 hours.
pub const PAGE_TOKEN_LIFETIME: Duration = Duration::from_hours(24);
/// Nesting of a JSON body. Ours.
pub const JSON_DEPTH_MAX: usize = 32;

/// How long a grant code lives. Vendor: "Token validity" v8 page, 3 minutes, once.
pub const GRANT_LIFETIME: Duration = Duration::from_mins(3);
/// How long an access token lives. Vendor: "Token validity" v8 page.
pub const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_hours(1);
/// Live access tokens of a refresh token; one more kills the oldest. Vendor: "Token validity" v8 page.
pub const ACCESS_TOKENS_PER_REFRESH_TOKEN_MAX: u32 = 15;
/// Live refresh tokens of a user and client; one more kills the oldest. Vendor: "Token validity" v8 page.
pub const REFRESH_TOKENS_PER_USER_AND_CLIENT_MAX: u32 = 20;
/// Access tokens that a refresh token gives within [`TOKEN_THROTTLE_SPAN`]. Vendor: "Token validity" v8 page.
pub const TOKEN_THROTTLE_MAX: usize = 10;
/// The span of [`TOKEN_THROTTLE_MAX`]. Vendor: "Token validity" v8 page.
pub const TOKEN_THROTTLE_SPAN: Duration = Duration::from_mins(10);
/// The span in which API credits are counted. Vendor: "API limits" v8 page, a rolling day.
pub const CREDITS_SPAN: Duration = Duration::from_hours(24);
/// How finely the span is divided. Vendor: the community post "Kaizen #93" counts, and gives back, by five minutes.
pub const CREDITS_GRAIN: Duration = Duration::from_mins(5);
/// Calls at once that cost more than one credit, of an application. Vendor: "API limits" v8 page, sub-concurrency, all editions.
pub const COMPLEX_CALLS_MAX: u32 = 10;
/// Scopes of one token. Ours.
pub const SCOPES_PER_TOKEN_MAX: usize = 100;

/// Bytes of an archive's header or end. Ours.
pub const ARCHIVE_JSON_BYTES_MAX: usize = 256 * 1024;
/// Rows of one page of an archive. Ours.
pub const ARCHIVE_PAGE_ROWS_MAX: usize = 1000;
/// Bytes of the rows of one page of an archive. Ours: what a seed file of 16 MiB can put into one row fits several times.
pub const ARCHIVE_PAGE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Bytes of one page of an archive as it is written. Ours: compression makes some rows a little larger.
pub const ARCHIVE_PAGE_CONTENT_BYTES_MAX: usize = ARCHIVE_PAGE_BYTES_MAX + 1024 * 1024;
