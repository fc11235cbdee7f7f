// SPDX-License-Identifier: Apache-2.0

/// One step of the schema, run once in a transaction of its own.
///
/// The list is append-only: once released, neither a name nor the statements change.
struct Migration: Sendable {
    let name: String
    let sql: String

    /// All steps, in order.
    static let all: [Migration] = [
        Migration(
            name: "repositories and changes",
            // Changes and builds outlive their repository, whose number is never given again.
            sql: """
                CREATE TABLE repositories (
                    id INTEGER PRIMARY KEY AUTOINCREMENT,
                    name TEXT NOT NULL UNIQUE,
                    path TEXT NOT NULL UNIQUE,
                    hosted INTEGER NOT NULL CHECK (hosted IN (0, 1)),
                    hooked INTEGER NOT NULL CHECK (hooked IN (0, 1)),
                    branches TEXT NOT NULL CHECK (json_valid(branches)),
                    state TEXT NOT NULL CHECK (state IN ('good', 'bad')),
                    problem TEXT,
                    added_at INTEGER NOT NULL
                ) STRICT;

                CREATE TABLE refs (
                    repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
                    ref TEXT NOT NULL,
                    oid TEXT NOT NULL,
                    PRIMARY KEY (repository_id, ref)
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE changes (
                    seq INTEGER PRIMARY KEY AUTOINCREMENT,
                    repository_id INTEGER NOT NULL,
                    ref TEXT NOT NULL,
                    old TEXT NOT NULL,
                    new TEXT NOT NULL,
                    origin TEXT NOT NULL CHECK (origin IN ('hook', 'watch', 'start')),
                    claimed INTEGER NOT NULL CHECK (claimed IN (0, 1)),
                    moved INTEGER NOT NULL CHECK (moved IN (0, 1)),
                    at INTEGER NOT NULL,
                    pusher TEXT,
                    options TEXT NOT NULL CHECK (json_valid(options)),
                    outcome TEXT NOT NULL,
                    reason TEXT,
                    build_id TEXT
                ) STRICT;
                CREATE INDEX changes_by_ref ON changes (repository_id, ref, new);
                CREATE INDEX changes_by_repository ON changes (repository_id);
                """
        ),
        Migration(
            name: "builds",
            // The unique part of a build's id has a column of its own, for finding it by its first digits.
            sql: """
                CREATE TABLE counters (
                    project TEXT NOT NULL PRIMARY KEY,
                    last_number INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;

                CREATE TABLE builds (
                    seq INTEGER PRIMARY KEY AUTOINCREMENT,
                    project TEXT NOT NULL,
                    uuid TEXT NOT NULL UNIQUE CHECK (length(uuid) = 36),
                    number INTEGER NOT NULL CHECK (number > 0),
                    repository_id INTEGER,
                    ref TEXT NOT NULL,
                    commit_oid TEXT NOT NULL,
                    previous_commit TEXT,
                    initiator TEXT NOT NULL,
                    status TEXT NOT NULL
                        CHECK (status IN ('IN_PROGRESS', 'SUCCEEDED', 'FAILED', 'FAULT', 'STOPPED', 'TIMED_OUT')),
                    state TEXT NOT NULL CHECK (state IN ('queued', 'starting', 'running', 'finished')),
                    current_phase TEXT NOT NULL,
                    environment TEXT NOT NULL,
                    buildspec TEXT,
                    queued_at INTEGER NOT NULL,
                    started_at INTEGER,
                    ended_at INTEGER,
                    wait_reason TEXT,
                    end_reason TEXT,
                    stop_requested_by TEXT,
                    stop_requested_at INTEGER,
                    result TEXT,
                    UNIQUE (project, number),
                    CHECK ((state = 'finished') = (status <> 'IN_PROGRESS'))
                ) STRICT;
                CREATE INDEX builds_by_project ON builds (project);
                CREATE INDEX builds_by_project_and_status ON builds (project, status);
                CREATE INDEX builds_by_repository ON builds (repository_id);
                CREATE INDEX builds_by_status ON builds (status);
                CREATE INDEX builds_unfinished ON builds (state) WHERE state <> 'finished';
                """
        ),
        Migration(
            name: "settings and attempts",
            // A build keeps the settings that its project had when it was queued.
            sql: """
                ALTER TABLE repositories ADD COLUMN settings TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings));
                ALTER TABLE builds ADD COLUMN settings TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings));
                ALTER TABLE builds ADD COLUMN attempt INTEGER NOT NULL DEFAULT 0 CHECK (attempt >= 0);
                ALTER TABLE builds ADD COLUMN retry_of TEXT;
                """
        ),
        Migration(
            name: "batches",
            // Numbers of batches are counted beside those of builds, under `PROJECT batch`, which no project is called.
            sql: """
                CREATE TABLE batches (
                    seq INTEGER PRIMARY KEY AUTOINCREMENT,
                    project TEXT NOT NULL,
                    uuid TEXT NOT NULL UNIQUE CHECK (length(uuid) = 36),
                    number INTEGER NOT NULL CHECK (number > 0),
                    repository_id INTEGER,
                    ref TEXT NOT NULL,
                    commit_oid TEXT NOT NULL,
                    previous_commit TEXT,
                    initiator TEXT NOT NULL,
                    environment TEXT NOT NULL,
                    settings TEXT NOT NULL CHECK (json_valid(settings)),
                    status TEXT NOT NULL
                        CHECK (status IN ('IN_PROGRESS', 'SUCCEEDED', 'FAILED', 'FAULT', 'STOPPED', 'TIMED_OUT')),
                    plan TEXT CHECK (plan IS NULL OR json_valid(plan)),
                    queued_at INTEGER NOT NULL,
                    planned_at INTEGER,
                    ended_at INTEGER,
                    problem_code TEXT,
                    end_reason TEXT,
                    stop_requested_by TEXT,
                    stop_requested_at INTEGER,
                    UNIQUE (project, number)
                ) STRICT;
                CREATE INDEX batches_unfinished ON batches (status) WHERE status = 'IN_PROGRESS';
                ALTER TABLE builds ADD COLUMN batch TEXT;
                ALTER TABLE builds ADD COLUMN batch_item TEXT CHECK (batch_item IS NULL OR json_valid(batch_item));
                CREATE INDEX builds_by_batch ON builds (batch) WHERE batch IS NOT NULL;
                """
        ),
        Migration(
            name: "pipelines",
            // Numbers of executions are counted beside those of builds, under `PIPELINE pipeline`, which no project is called.
            // An event is kept until it has been applied, its key for good. An effect is kept until what it began has ended.
            sql: """
                CREATE TABLE pipelines (
                    name TEXT NOT NULL UNIQUE,
                    version INTEGER NOT NULL CHECK (version > 0),
                    origin TEXT NOT NULL,
                    assumes_rules INTEGER NOT NULL CHECK (assumes_rules IN (0, 1)),
                    created_at INTEGER NOT NULL,
                    updated_at INTEGER NOT NULL,
                    deadline INTEGER,
                    machine TEXT NOT NULL
                ) STRICT;

                CREATE TABLE pipeline_versions (
                    pipeline TEXT NOT NULL REFERENCES pipelines (name) ON DELETE CASCADE,
                    version INTEGER NOT NULL,
                    definition TEXT NOT NULL,
                    PRIMARY KEY (pipeline, version)
                ) STRICT;

                CREATE TABLE executions (
                    seq INTEGER PRIMARY KEY AUTOINCREMENT,
                    id TEXT NOT NULL UNIQUE,
                    pipeline TEXT NOT NULL REFERENCES pipelines (name) ON DELETE CASCADE,
                    number INTEGER NOT NULL CHECK (number > 0),
                    status TEXT NOT NULL,
                    started_at INTEGER NOT NULL,
                    updated_at INTEGER NOT NULL,
                    record TEXT NOT NULL,
                    UNIQUE (pipeline, number)
                ) STRICT;
                CREATE INDEX executions_by_pipeline ON executions (pipeline);
                CREATE INDEX executions_by_pipeline_and_status ON executions (pipeline, status);
                CREATE INDEX executions_by_status ON executions (status);

                CREATE TABLE pipeline_events (
                    seq INTEGER PRIMARY KEY AUTOINCREMENT,
                    pipeline TEXT NOT NULL REFERENCES pipelines (name) ON DELETE CASCADE,
                    key TEXT NOT NULL,
                    execution TEXT NOT NULL,
                    number INTEGER NOT NULL,
                    change_seq INTEGER,
                    event TEXT,
                    at INTEGER NOT NULL,
                    UNIQUE (pipeline, key)
                ) STRICT;
                CREATE INDEX pipeline_events_pending ON pipeline_events (pipeline) WHERE event IS NOT NULL;
                CREATE INDEX pipeline_events_by_change ON pipeline_events (change_seq) WHERE change_seq IS NOT NULL;

                CREATE TABLE pipeline_effects (
                    id TEXT NOT NULL UNIQUE,
                    pipeline TEXT NOT NULL,
                    execution TEXT NOT NULL,
                    kind TEXT NOT NULL CHECK (kind IN ('action', 'rule')),
                    cancelled INTEGER NOT NULL CHECK (cancelled IN (0, 1)),
                    body TEXT NOT NULL
                ) STRICT;

                CREATE TABLE announcements (
                    seq INTEGER PRIMARY KEY AUTOINCREMENT,
                    body TEXT NOT NULL
                ) STRICT;

                CREATE TABLE resources (
                    kind TEXT NOT NULL,
                    name TEXT NOT NULL,
                    body TEXT NOT NULL,
                    origin TEXT NOT NULL,
                    updated_at INTEGER NOT NULL,
                    PRIMARY KEY (kind, name)
                ) STRICT;
                """
        ),
        Migration(
            name: "builds of actions",
            // An order is carried out once, whatever asks for it how often; a build that is tried again keeps its order.
            sql: """
                ALTER TABLE builds ADD COLUMN action TEXT;
                ALTER TABLE builds ADD COLUMN inputs TEXT CHECK (inputs IS NULL OR json_valid(inputs));
                CREATE UNIQUE INDEX builds_by_action ON builds (action, attempt) WHERE action IS NOT NULL;
                ALTER TABLE batches ADD COLUMN action TEXT;
                ALTER TABLE batches ADD COLUMN inputs TEXT CHECK (inputs IS NULL OR json_valid(inputs));
                CREATE UNIQUE INDEX batches_by_action ON batches (action) WHERE action IS NOT NULL;
                """
        ),
        Migration(
            name: "retention",
            // What is over has a small row of its own here, as a year's builds must be looked through in milliseconds.
            // An artifact whose last use goes is noted, and its file removed afterwards: a crash in between loses neither.
            sql: """
                CREATE TABLE finished_builds (
                    build INTEGER PRIMARY KEY REFERENCES builds (seq) ON DELETE CASCADE,
                    project TEXT NOT NULL,
                    succeeded INTEGER NOT NULL CHECK (succeeded IN (0, 1)),
                    ended_at INTEGER NOT NULL,
                    kept_at INTEGER NOT NULL,
                    bytes INTEGER,
                    fate TEXT CHECK (fate IN ('strip', 'remove', 'stripped')),
                    fate_at INTEGER,
                    fate_reason TEXT
                ) STRICT;
                CREATE INDEX finished_builds_by_end ON finished_builds (ended_at);
                CREATE INDEX finished_builds_by_project ON finished_builds (project);
                CREATE INDEX finished_builds_marked ON finished_builds (fate) WHERE fate IN ('strip', 'remove');
                INSERT INTO finished_builds (build, project, succeeded, ended_at, kept_at)
                    SELECT seq, project, status = 'SUCCEEDED', coalesce(ended_at, queued_at), coalesce(ended_at, queued_at)
                    FROM builds WHERE state = 'finished';
                CREATE TRIGGER builds_finish AFTER UPDATE OF state ON builds
                    WHEN NEW.state = 'finished' AND OLD.state <> 'finished'
                BEGIN
                    INSERT INTO finished_builds (build, project, succeeded, ended_at, kept_at, bytes)
                    VALUES (
                        NEW.seq, NEW.project, NEW.status = 'SUCCEEDED', coalesce(NEW.ended_at, NEW.queued_at),
                        coalesce(NEW.ended_at, NEW.queued_at), iif(NEW.started_at IS NULL, 0, NULL)
                    );
                END;

                CREATE TABLE execution_fates (
                    execution INTEGER PRIMARY KEY REFERENCES executions (seq) ON DELETE CASCADE,
                    fate TEXT NOT NULL CHECK (fate IN ('strip', 'remove', 'stripped')),
                    fate_at INTEGER NOT NULL,
                    fate_reason TEXT NOT NULL
                ) STRICT;

                CREATE INDEX executions_by_update ON executions (updated_at);

                CREATE TABLE artifact_uses (
                    digest TEXT NOT NULL CHECK (length(digest) = 64),
                    kind TEXT NOT NULL CHECK (kind IN ('build', 'execution')),
                    owner INTEGER NOT NULL,
                    size INTEGER NOT NULL,
                    PRIMARY KEY (kind, owner, digest)
                ) STRICT, WITHOUT ROWID;
                CREATE INDEX artifact_uses_by_digest ON artifact_uses (digest);
                INSERT OR IGNORE INTO artifact_uses (digest, kind, owner, size)
                    SELECT json_extract(found.body, '$.sha256sum'), 'build', found.seq,
                        coalesce(json_extract(found.body, '$.size'), 0)
                    FROM (
                        SELECT seq, json_extract(result, '$.artifacts') AS body FROM builds WHERE json_valid(result)
                        UNION ALL
                        SELECT b.seq, j.value FROM builds AS b, json_each(b.result, '$.secondaryArtifacts') AS j
                        WHERE json_valid(b.result)
                    ) AS found
                    WHERE length(json_extract(found.body, '$.sha256sum')) = 64;
                INSERT OR IGNORE INTO artifact_uses (digest, kind, owner, size)
                    SELECT t.value, 'execution', e.seq, coalesce(json_extract(e.record, t.path || '.size'), 0)
                    FROM executions AS e, json_tree(e.record) AS t
                    WHERE t.key = 'digest' AND t.type = 'text' AND length(t.value) = 64;

                CREATE TABLE doomed_artifacts (
                    digest TEXT NOT NULL PRIMARY KEY,
                    until INTEGER NOT NULL
                ) STRICT, WITHOUT ROWID;
                CREATE TRIGGER finished_builds_end BEFORE DELETE ON finished_builds BEGIN
                    INSERT INTO doomed_artifacts (digest, until)
                        SELECT digest, OLD.kept_at FROM artifact_uses WHERE kind = 'build' AND owner = OLD.build
                        ON CONFLICT DO UPDATE SET until = max(until, excluded.until);
                    DELETE FROM artifact_uses WHERE kind = 'build' AND owner = OLD.build;
                END;
                CREATE TRIGGER executions_end BEFORE DELETE ON executions BEGIN
                    INSERT INTO doomed_artifacts (digest, until)
                        SELECT digest, OLD.updated_at FROM artifact_uses WHERE kind = 'execution' AND owner = OLD.seq
                        ON CONFLICT DO UPDATE SET until = max(until, excluded.until);
                    DELETE FROM artifact_uses WHERE kind = 'execution' AND owner = OLD.seq;
                END;
                """
        ),
        Migration(
            name: "totals",
            // Counted where it happens, whichever way that is; what retention removes stays counted.
            sql: """
                CREATE TABLE totals (
                    kind TEXT NOT NULL CHECK (kind IN ('build', 'execution', 'change')),
                    label TEXT NOT NULL,
                    count INTEGER NOT NULL,
                    PRIMARY KEY (kind, label)
                ) STRICT, WITHOUT ROWID;
                INSERT INTO totals SELECT 'build', status, count(*) FROM builds WHERE state = 'finished' GROUP BY status;
                INSERT INTO totals SELECT 'execution', status, count(*) FROM executions
                    WHERE status NOT IN ('InProgress', 'Stopping') GROUP BY status;
                INSERT INTO totals SELECT 'change', origin, count(*) FROM changes GROUP BY origin;

                CREATE TRIGGER builds_total AFTER UPDATE ON builds
                WHEN NEW.state = 'finished' AND OLD.state <> 'finished' BEGIN
                    INSERT INTO totals VALUES ('build', NEW.status, 1)
                    ON CONFLICT (kind, label) DO UPDATE SET count = count + 1;
                END;
                CREATE TRIGGER executions_total AFTER UPDATE ON executions
                WHEN NEW.status NOT IN ('InProgress', 'Stopping') AND NEW.status <> OLD.status BEGIN
                    INSERT INTO totals VALUES ('execution', NEW.status, 1)
                    ON CONFLICT (kind, label) DO UPDATE SET count = count + 1;
                END;
                CREATE TRIGGER executions_total_at_once AFTER INSERT ON executions
                WHEN NEW.status NOT IN ('InProgress', 'Stopping') BEGIN
                    INSERT INTO totals VALUES ('execution', NEW.status, 1)
                    ON CONFLICT (kind, label) DO UPDATE SET count = count + 1;
                END;
                CREATE TRIGGER changes_total AFTER INSERT ON changes BEGIN
                    INSERT INTO totals VALUES ('change', NEW.origin, 1)
                    ON CONFLICT (kind, label) DO UPDATE SET count = count + 1;
                END;
                """
        ),
    ]
}
