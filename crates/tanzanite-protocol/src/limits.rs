//! Every bound of the server, by name. An input without a bound here is a bug.
//!
//! A constant's name ends with its unit, or its comment begins with it. The comment ends with the bound's origin: the
//! vendor, with the source, or "Ours".

use std::time::Duration;

/// Bytes of a record photo. Vendor: "Upload a photo" v8 page, 10 MB.
pub const PHOTO_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Bytes of an attachment. Vendor: "Upload an Attachment" v2 to v7 pages, 20 MB; the OpenAPI of 2026 has 100 MB.
pub const ATTACHMENT_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Characters of the address of an attachment that is a link. Vendor: OpenAPI (2026).
pub const ATTACHMENT_URL_CHARS_MAX: usize = 2000;
/// Attachments of one note. Vendor: OpenAPI (2026).
pub const ATTACHMENTS_PER_NOTE_MAX: usize = 5;
/// Pixels (width × height) of a record photo. Vendor: "Upload a photo" v8 page, 10 megapixels.
pub const PHOTO_PIXELS_MAX: u64 = 10_000_000;
/// Bytes of the file name that is kept with an upload. Ours.
pub const FILE_NAME_BYTES_MAX: usize = 255;

/// Rows of a subform in one record. Vendor: "Subform API" v7 page, about subforms of an organisation's own; that line
/// items have the same bound is assumed.
pub const SUBFORM_ROWS_MAX: usize = 100;

/// Digits of a telephone number that is searched for, at least. Vendor: "Search Records" v8 page.
pub const SEARCH_PHONE_DIGITS_MIN: usize = 3;
/// Characters of `word`, at least. Vendor: "Search Records" v8 page.
pub const SEARCH_WORD_CHARS_MIN: usize = 2;
/// Words in `word`. Ours: the vendor takes a hundred characters.
pub const SEARCH_WORDS_MAX: usize = 20;
/// Conditions of one search. Vendor: the message of its own error; the page says ten.
pub const SEARCH_CONDITIONS_MAX: usize = 15;
/// Brackets within brackets of a search's criteria. Ours.
pub const SEARCH_DEPTH_MAX: usize = 32;
/// Values of one `in`. Vendor: "Search Records" v8 page.
pub const SEARCH_VALUES_MAX: usize = 100;
/// Records that the name of a lookup in a search may stand for. Ours.
pub const SEARCH_TARGETS_MAX: u32 = 1_000;

/// Characters of a COQL query. Ours.
pub const COQL_CHARS_MAX: usize = 20_000;
/// Columns of a COQL query. Vendor: "Query API - Limitations" v8 page.
pub const COQL_COLUMNS_MAX: usize = 50;
/// Conditions of a COQL query. Vendor: "Query API - Limitations".
pub const COQL_CONDITIONS_MAX: usize = 25;
/// Values of one `in` of a COQL query. Vendor: "Get Records through a COQL Query".
pub const COQL_VALUES_MAX: usize = 100;
/// Fields that a COQL query sorts by. Vendor: "Query API - Limitations" v8 page.
pub const COQL_SORTED_FIELDS_MAX: usize = 10;
/// Records that can be had by one COQL query and its offsets. Vendor: "Query API - Limitations" v8 page.
pub const COQL_REACH_MAX: u32 = 100_000;
/// Lookups that a path of a COQL query goes through. Vendor: "Query API - Limitations" v8 page.
pub const COQL_JOINS_MAX: usize = 2;
/// Records of another module that a condition on a lookup may stand for. Ours.
pub const COQL_TARGETS_MAX: u32 = 1_000;
/// Subqueries of a COQL query. Vendor: "Subquery" v7 page.
pub const COQL_SUBQUERIES_MAX: usize = 5;
/// Records of one subquery. Vendor: "Subquery" v7 page; that more are refused is assumed.
pub const COQL_SUBQUERY_RECORDS_MAX: u32 = 100;
/// Fields that a COQL query groups by. Vendor: "Query API - Limitations".
pub const COQL_GROUPED_FIELDS_MAX: usize = 4;
/// Aggregates of a COQL query. Vendor: "Query API - Limitations".
pub const COQL_AGGREGATES_MAX: usize = 5;
/// Records that a COQL query groups or sorts by values of fields. Ours: all of them are read.
pub const COQL_READ_RECORDS_MAX: u32 = 5_000;
/// Levels of brackets in a COQL query. Ours.
pub const COQL_DEPTH_MAX: usize = 40;

/// Days that a deleted record stays in the recycle bin. Vendor: "Get List of Deleted Records" v7 page.
pub const DAYS_IN_RECYCLE_BIN: i64 = 60;
/// Days for which a record that was deleted is listed at all. Vendor: "Get List of Deleted Records" v7 page.
pub const DAYS_DELETED_KNOWN: i64 = 120;
/// Ids of one call about the recycle bin. Vendor: OpenAPI 2026.
pub const RECYCLED_PER_CALL_MAX: usize = 200;

/// Bytes of a JSON body. Ours: 100 records with every long field filled stay below it.
pub const JSON_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes of a form body (OAuth). Ours.
pub const FORM_BYTES_MAX: usize = 64 * 1024;
/// Bytes of a request to the control API that carries a seed with its pictures. Ours.
pub const SEED_BODY_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Bytes of a seed file. Ours.
pub const SEED_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Problems of a seed that are reported in words; the rest are only counted. Ours.
pub const SEED_PROBLEMS_MAX: usize = 20;
/// Snapshots of one organisation, including the one of its seed. Ours.
pub const SNAPSHOTS_MAX: usize = 100;
/// Changed records in one answer of a comparison. Ours.
pub const DIFFERENCES_MAX: u32 = 1_000;
/// Bytes of a multipart body: the largest photo and its multipart envelope. Ours.
pub const MULTIPART_BYTES_MAX: usize = PHOTO_BYTES_MAX + 64 * 1024;
/// Bytes of a multipart body with an attachment, and its multipart envelope. Ours.
pub const FILE_BODY_BYTES_MAX: usize = ATTACHMENT_BYTES_MAX + 64 * 1024;
/// Parts of one multipart body that are read before it is refused. Ours.
pub const MULTIPART_PARTS_MAX: usize = 32;
/// Bytes of an over-long body that are read and thrown away, so that the client receives the refusal instead of a reset
/// connection. Ours.
pub const BODY_DISCARD_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Bytes of request bodies in memory at once, for all requests together. Ours; a body that finds no room waits.
pub const BODIES_IN_MEMORY_BYTES_MAX: usize = 48 * 1024 * 1024;
/// The part of [`BODIES_IN_MEMORY_BYTES_MAX`] that is reserved for the first [`BODY_SMALL_BYTES_MAX`] bytes of each
/// body, so that large bodies cannot starve small ones. Ours.
pub const BODIES_SMALL_IN_MEMORY_BYTES_MAX: usize = 12 * 1024 * 1024;
/// Bytes up to which a body is small. Ours: a form, or a write of some dozens of records.
pub const BODY_SMALL_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a body that are held before the gates have decided whether its request is refused. Ours.
pub const UNSCREENED_BYTES_MAX: u64 = 16 * 1024;

/// Bytes of an answer that is too small to be counted. Ours: its connection takes more memory than the answer.
pub const ANSWER_UNCOUNTED_BYTES_MAX: usize = 4 * 1024;
/// Bytes up to which an answer is small. Ours.
pub const ANSWER_SMALL_BYTES_MAX: usize = 64 * 1024;
/// Bytes of small answers in memory at once, until their clients have read them. Ours; large answers never use this
/// share.
pub const ANSWERS_SMALL_IN_MEMORY_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Bytes of large answers in memory at once, until their clients have read them. Ours: a dozen photos of the largest
/// size. A request that finds no room waits before its answer is read from the store.
pub const ANSWERS_LARGE_IN_MEMORY_BYTES_MAX: usize = 128 * 1024 * 1024;
/// Large photos that are read at the same time. Ours: each keeps a thread for milliseconds.
pub const LARGE_READS_AT_ONCE_MAX: usize = 1;
/// Bytes of a photo that is read without waiting; a larger one first waits for room in memory. Ours: the read takes
/// well under a millisecond.
pub const PHOTO_AT_ONCE_BYTES_MAX: usize = 512 * 1024;
/// Bytes of an answer that are handed to its connection in one piece. Ours.
pub const ANSWER_PIECE_BYTES_MAX: usize = 64 * 1024;

/// Bytes of a request's head (request line and headers). Ours.
pub const HEAD_BYTES_MAX: usize = 32 * 1024;
/// Headers of one request. The default of the HTTP library hyper; setting any other costs an allocation for each
/// request.
pub const HEADERS_MAX: usize = 100;
/// Bytes of a request target. Ours.
pub const TARGET_BYTES_MAX: usize = 8 * 1024;
/// Segments of a path. The longest vendor path has nine. Ours.
pub const PATH_SEGMENTS_MAX: usize = 12;
/// Query parameters of one request. Ours.
pub const QUERY_PARAMETERS_MAX: usize = 64;

/// Open client connections. Ours; for a further one the connection that has been idle longest is closed, and if none is
/// idle the new one waits.
pub const CONNECTIONS_MAX: usize = 1024;
/// How long a connection must have been idle before it may be closed in favour of another. Ours: time for its last
/// answer to leave, and for a new client to begin its request.
pub const IDLE_BEFORE_CLOSED: Duration = Duration::from_millis(50);
/// The highest number of open client connections that can be configured. Ours: more than any system opens files.
pub const CONNECTIONS_SETTING_MAX: u64 = 1_000_000;
/// The highest number of database connections that a node can be configured to hold. Ours: PostgreSQL accepts a hundred
/// by default.
pub const DATABASE_CONNECTIONS_MAX: usize = 1000;
/// Fault injection rules of one organisation at once. Ours.
pub const FAULT_RULES_MAX: usize = 100;
/// Fault injection rules of all organisations at once: every request is compared with them. Ours.
pub const FAULT_RULES_TOTAL_MAX: usize = 2000;
/// How long a fault injection rule may delay an answer. Ours.
pub const FAULT_DELAY_MAX: Duration = Duration::from_mins(1);
/// How long a body may take that a fault injection rule slows down. Ours.
pub const FAULT_SLOW_MAX: Duration = Duration::from_mins(1);
/// The shortest pause between two pieces of a body that a fault injection rule slows down. Ours.
pub const FAULT_PIECE_INTERVAL: Duration = Duration::from_millis(50);
/// Bytes of one piece of a body that a fault injection rule cuts off, unless the rule also slows it down. Ours: HTTP/2
/// discards unsent bytes when a stream is reset, so little may be waiting then.
pub const FAULT_PIECE_BYTES_MAX: usize = 16 * 1024;
/// The pause between the last piece of a body that a fault injection rule cuts off and the reset of its HTTP/2 stream.
/// Ours.
pub const FAULT_STREAM_PAUSE: Duration = Duration::from_millis(100);

/// The highest daily number of API credits that a test can give an organisation. Ours.
pub const CREDITS_OVERRIDE_MAX: u64 = 1_000_000_000;
/// The highest number of concurrent calls that a test can allow an application. Ours.
pub const CONCURRENCY_OVERRIDE_MAX: u32 = 10_000;

/// Records of one page of a bulk read. Vendor: "Bulk Read - Limitations".
pub const BULK_READ_RECORDS_MAX: u32 = 200_000;
/// The last page of a bulk read that has a number. Vendor: OpenAPI 2026, the pattern of `page`.
pub const BULK_READ_PAGES_MAX: u32 = 50;
/// Columns of a bulk read. Vendor: OpenAPI 2026.
pub const BULK_READ_FIELDS_MAX: usize = 1_000;
/// Conditions of a bulk read. Vendor: the questions and answers about bulk reads, Kaizen 195.
pub const BULK_READ_CONDITIONS_MAX: usize = 25;
/// Values of one condition of a bulk read. Ours, as that of COQL.
pub const BULK_READ_VALUES_MAX: usize = 100;
/// How long the result of a bulk job is kept. Vendor: a day.
pub const BULK_RESULT_LIFETIME: Duration = Duration::from_hours(24);

/// The longest time, in seconds, after which searches can be made to find a new record.
pub const SEARCH_DELAY_SECONDS_MAX: u32 = 86_400;
/// Refresh tokens of one organisation whose throttle is remembered. Ours; beyond that the least recently used one is
/// forgotten.
pub const THROTTLED_TOKENS_MAX: usize = 1000;

/// Exchanges that the journal keeps for one organisation. Ours.
pub const JOURNAL_ENTRIES_MAX: usize = 1000;
/// Bytes of one body that the journal keeps. Ours.
pub const JOURNAL_BODY_BYTES_MAX: usize = 16 * 1024;
/// Bytes of all that the journal keeps for one organisation. Ours.
pub const JOURNAL_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Bytes of all that the journal keeps for all organisations. Ours: with a thousand busy organisations each still has
/// about its fifty newest exchanges.
pub const JOURNAL_TOTAL_BYTES_MAX: usize = 64 * 1024 * 1024;
/// How long a query of the journal may wait for entries that do not exist yet. Ours.
pub const JOURNAL_WAIT_MAX: Duration = Duration::from_secs(20);

/// Runs of the request that one call of `explain` makes. Ours: enough for every check once, and for a token of each
/// user tried.
pub const EXPLAIN_RUNS_MAX: usize = 64;
/// Users whose tokens one call of `explain` tries. Ours.
pub const EXPLAIN_USERS_MAX: usize = 20;
/// Bytes of a body that the recording proxy passes on: the vendor's longest, an attachment of 20 MB, and some room.
/// Ours.
pub const RECORDED_BODY_BYTES_MAX: usize = 22 * 1024 * 1024;
/// Bytes of a recording, both when written and when read. Ours.
pub const RECORDING_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Distinct secrets that one recording tells apart. Ours.
pub const RECORDING_SECRETS_MAX: usize = 10_000;
/// Bytes of a secret that a recording tells apart from others. Ours.
pub const RECORDING_SECRET_BYTES_MAX: usize = 4096;
/// How long the recording proxy waits for a connection to the real service. Ours.
pub const UPSTREAM_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the real service may pause within the body of its answer. Ours.
pub const UPSTREAM_BODY_TIMEOUT: Duration = Duration::from_mins(1);
/// How long the recording proxy waits for the head of the real service's answer. Ours.
pub const UPSTREAM_ANSWER_TIMEOUT: Duration = Duration::from_mins(2);

/// Concurrent streams of one HTTP/2 connection. Ours.
pub const STREAMS_MAX: u32 = 128;
/// How long a client may take for the TLS handshake and for a request's head, and how long an idle connection is kept.
/// Ours.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes a second that a client must send of a body, or read of an answer, on average. Ours: a megabit.
pub const TRANSFER_BYTES_PER_SECOND_MIN: u32 = 128 * 1024;
/// How long a client may fall behind [`TRANSFER_BYTES_PER_SECOND_MIN`] with a request's body. Ours.
pub const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// [`BODY_TIMEOUT`] while other bodies wait for memory. Ours.
pub const BODY_TIMEOUT_PRESSED: Duration = Duration::from_secs(1);
/// How long a client may fall behind [`TRANSFER_BYTES_PER_SECOND_MIN`] with an answer, and how long one socket write
/// may make no progress, before the connection is dropped. Ours.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// [`WRITE_TIMEOUT`] while other answers wait for memory. Ours: a socket accepts a megabyte or more at once, so a
/// client that reads half a megabyte a second shows progress only every other second.
pub const WRITE_TIMEOUT_PRESSED: Duration = Duration::from_secs(2);
/// How long open requests may take to finish after SIGTERM. Ours.
pub const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(10);

/// Write requests waiting for the writer. Ours; a further one is refused with an internal error.
pub const WRITES_QUEUED_MAX: usize = 4096;
/// Write requests in one commit. Ours: more adds latency and no throughput.
pub const WRITES_PER_COMMIT_MAX: usize = 256;

/// Records of one insert, update or delete call. Vendor: "Insert records" v8 page.
pub const RECORDS_PER_CALL_MAX: usize = 100;
/// Records of one page of a list. Vendor: "Get records" v8 page.
pub const RECORDS_PER_PAGE_MAX: u32 = 200;
/// Records that can be listed by page number alone. Vendor: measured, in the message of
/// `DISCRETE_PAGINATION_LIMIT_EXCEEDED`.
pub const RECORDS_BY_PAGE_MAX: u32 = 2000;
/// Records that can be listed with page tokens. Vendor: OpenAPI, in the message of `PAGINATION_LIMIT_EXCEEDED`.
pub const RECORDS_BY_TOKEN_MAX: u32 = 100_000;
/// Field names in `fields`. Vendor: "Get records" v8 page.
pub const FIELDS_PER_CALL_MAX: usize = 50;
/// Characters of `restrict_triggers`. Vendor: OpenAPI (2026).
pub const RESTRICT_TRIGGERS_CHARS_MAX: usize = 100;
/// Users of one page of a list. Vendor: "Get users" v8 page.
pub const USERS_PER_PAGE_MAX: u32 = 200;
/// Ids in `ids` when users are listed. Vendor: OpenAPI (2026).
pub const USER_IDS_PER_CALL_MAX: usize = 100;
/// Holidays of one page of a list. Vendor: "Get the list of holidays" v7 page.
pub const HOLIDAYS_PER_PAGE_MAX: u32 = 200;
/// Holidays of one year and type. Vendor: "Add a holiday" v7 page; OpenAPI (2026).
pub const HOLIDAYS_PER_YEAR_MAX: usize = 52;
/// Tags of one record. Vendor: OpenAPI (2026), `record_limit` of a recorded list.
pub const TAGS_PER_RECORD_MAX: usize = 20;
/// Tags of one module. Vendor: OpenAPI (2026), `allowed_count` of a recorded list.
pub const TAGS_PER_MODULE_MAX: usize = 500;
/// Records whose tags one call changes. Vendor: "Add tags to records" v7 page.
pub const TAGGED_RECORDS_PER_CALL_MAX: usize = 500;

/// The records that one record is connected with by one related list. The vendor says no limit of its own.
pub const CONNECTIONS_PER_LIST_MAX: usize = 2_000;

/// The ids of one mass update or deletion. The vendor's own limit (OpenAPI, 2026).
pub const MASS_ACTION_IDS_MAX: usize = 500;
/// The records in a custom view that one mass action changes. The vendor's own limit (OpenAPI, 2026).
pub const MASS_ACTION_RECORDS_MAX: u64 = 50_000;
/// The fields that one mass update changes. The vendor's own limit (OpenAPI, 2026).
pub const MASS_UPDATED_FIELDS_MAX: usize = 1;
/// The same of deals.
pub const MASS_UPDATED_FIELDS_OF_DEALS_MAX: usize = 3;

/// The records whose owner one call changes. The vendor's own limit (OpenAPI, 2026).
pub const OWNED_RECORDS_PER_CALL_MAX: usize = 500;
/// Items of one call that enables or changes notifications. Vendor: OpenAPI (2026).
pub const WATCHES_PER_CALL_MAX: usize = 50;
/// Events of one item. Vendor: OpenAPI (2026).
pub const WATCH_EVENTS_MAX: usize = 50;
/// Characters of an address that is notified. Vendor: OpenAPI (2026).
pub const NOTIFY_URL_CHARS_MAX: u32 = 255;
/// Characters of the text that notifications repeat. Vendor: "Enable Notifications" v7 page; the OpenAPI has 256.
pub const WATCH_TOKEN_CHARS_MAX: u32 = 50;
/// Fields in the condition of a module. Vendor: "Enable Notifications" v7 page.
pub const WATCH_FIELDS_MAX: usize = 10;
/// Parts of a group in a condition. Vendor: "Enable Notifications" v7 page; more were refused to a client.
pub const WATCH_GROUP_MAX: usize = 2;
/// Modules that the channels of one organisation watch, all in all. Ours.
pub const WATCHES_MAX: usize = 200;
/// Channels on a page. Vendor: "Get Notification Details".
pub const WATCHES_PER_PAGE_MAX: u32 = 200;
/// How long a channel lasts if it does not say. Vendor: two recorded replies; the pages say an hour.
pub const CHANNEL_SPAN: Duration = Duration::from_mins(62);
/// How long a channel may last in v2 to v3. Vendor: "FAQs on Notification APIs" (Kaizen 170).
pub const EARLY_CHANNEL_SPAN_MAX: Duration = Duration::from_hours(24);
/// How long a channel may last. Vendor: "Enable Notifications" v7 page.
pub const CHANNEL_SPAN_MAX: Duration = Duration::from_hours(7 * 24);
/// Records of one notification. Ours.
pub const NOTIFIED_RECORDS_MAX: usize = 100;
/// Notifications that wait for a channel's address; the oldest are dropped. Ours.
pub const NOTIFICATIONS_WAITING_MAX: usize = 1_000;
/// Notifications of an organisation that are kept once they are sent or given up; the oldest are dropped. Ours.
pub const NOTIFICATIONS_ENDED_MAX: usize = 1_000;
/// Attempts to send a notification. Ours: no page says how often the vendor tries.
pub const NOTIFICATION_ATTEMPTS_MAX: i64 = 6;
/// The time before the second attempt, by the organisation's clock; each further one takes four times as long. Ours.
pub const NOTIFICATION_RETRY: Duration = Duration::from_secs(10);
/// How long an attempt may take, from the look-up of the name to the end of the answer. Ours.
pub const NOTIFICATION_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a notification belongs to the server that sends it, by the organisation's clock. Ours: longer than an
/// attempt takes.
pub const NOTIFICATION_LEASE: Duration = Duration::from_mins(1);
/// How long a job waits before it looks again whether it is the first in its queue, by the organisation's clock. Ours.
pub const QUEUE_WAIT: Duration = Duration::from_mins(1);
/// Channels that notifications are sent to at the same time. Ours.
pub const NOTIFICATIONS_AT_ONCE_MAX: usize = 16;
/// Hosts in `--deliver-to`. Ours.
pub const RECEIVERS_MAX: usize = 100;
/// Bytes of a receiver's answer that are read. Ours.
pub const NOTIFICATION_ANSWER_BYTES_MAX: usize = 64 * 1024;
/// Processes of blueprints of one organisation. Ours.
pub const BLUEPRINTS_MAX: usize = 100;
/// Transitions of one process. Ours.
pub const BLUEPRINT_TRANSITIONS_MAX: usize = 100;
/// Fields that one transition asks for. Ours.
pub const BLUEPRINT_FIELDS_MAX: usize = 50;
/// Characters of the name of a process or a transition, or of a transition's message. Ours.
pub const BLUEPRINT_TEXT_CHARS_MAX: usize = 255;
/// Transitions of one call (the vendor's page "Update Blueprint Details").
pub const TRANSITIONS_PER_CALL_MAX: usize = 1;
/// Tags of one mass deletion. Vendor: "Mass delete tags" v8 page.
pub const TAGS_PER_MASS_DELETE_MAX: usize = 200;
/// Items of one call that locks a record or changes a lock's reason. Vendor: OpenAPI (2026).
pub const LOCKS_PER_CALL_MAX: usize = 1;
/// Characters of a lock's reason. Vendor: OpenAPI (2026).
pub const LOCKED_REASON_CHARS_MAX: usize = 3000;
/// How long a page token is valid. Vendor: "Get records" v8 page, 24 hours.
pub const PAGE_TOKEN_LIFETIME: Duration = Duration::from_hours(24);
/// Levels of nesting in a JSON body. Ours.
pub const JSON_DEPTH_MAX: usize = 32;

/// How long a grant code is valid. Vendor: "Token validity" v8 page: 3 minutes, usable once.
pub const GRANT_LIFETIME: Duration = Duration::from_mins(3);
/// How long an access token is valid. Vendor: "Token validity" v8 page.
pub const ACCESS_TOKEN_LIFETIME: Duration = Duration::from_hours(1);
/// Live access tokens of one refresh token; one more revokes the oldest. Vendor: "Token validity" v8 page.
pub const ACCESS_TOKENS_PER_REFRESH_TOKEN_MAX: u32 = 15;
/// Live refresh tokens of one user and client; one more revokes the oldest. Vendor: "Token validity" v8 page.
pub const REFRESH_TOKENS_PER_USER_AND_CLIENT_MAX: u32 = 20;
/// Access tokens that one refresh token can yield within [`TOKEN_THROTTLE_SPAN`]. Vendor: "Token validity" v8 page.
pub const TOKEN_THROTTLE_MAX: usize = 10;
/// The time span of [`TOKEN_THROTTLE_MAX`]. Vendor: "Token validity" v8 page.
pub const TOKEN_THROTTLE_SPAN: Duration = Duration::from_mins(10);
/// The rolling time span over which API credits are counted. Vendor: "API limits" v8 page, 24 hours.
pub const CREDITS_SPAN: Duration = Duration::from_hours(24);
/// The steps in which [`CREDITS_SPAN`] moves on. Vendor: the community post "Kaizen #93" counts and returns credits by
/// five minutes.
pub const CREDITS_GRAIN: Duration = Duration::from_mins(5);
/// Concurrent calls of one application that cost more than one credit each. Vendor: "API limits" v8 page,
/// sub-concurrency, all editions.
pub const COMPLEX_CALLS_MAX: u32 = 10;
/// Scopes of one token. Ours.
pub const SCOPES_PER_TOKEN_MAX: usize = 100;

/// Bytes of the header or of the trailer of an archive. Ours.
pub const ARCHIVE_JSON_BYTES_MAX: usize = 256 * 1024;
/// Rows of one page of an archive. Ours.
pub const ARCHIVE_PAGE_ROWS_MAX: usize = 1000;
/// Bytes of the rows of one page of an archive. Ours: several times the largest row that a seed file of 16 MiB can
/// make.
pub const ARCHIVE_PAGE_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Bytes of one page of an archive in the file. Ours: compression makes some rows a little larger.
pub const ARCHIVE_PAGE_CONTENT_BYTES_MAX: usize = ARCHIVE_PAGE_BYTES_MAX + 1024 * 1024;
