-- The platform's tables with the columns that its monitoring guide names in its SQL, Python and JSON, and no
-- others: the least that the suite has to work on. So llm_calls.error, jobs.started_at and credit_applied,
-- every cost but cost_usd, and the budget modes are absent. team_usage_summaries keeps a key that the guide
-- doesn't name, because every table of the platform has one. status is text here, a third way of writing it.
-- Written for this suite's tests; created in the first schema of search_path.

CREATE TABLE organizations (
    organization_id varchar(255) PRIMARY KEY,
    name            varchar(500)
);

CREATE TABLE team_credits (
    team_id           varchar(255) PRIMARY KEY,
    organization_id   varchar(255),
    credits_allocated integer,
    credits_used      integer,
    credits_remaining integer GENERATED ALWAYS AS (credits_allocated - credits_used) STORED,
    credit_limit      integer,
    auto_refill       boolean,
    refill_amount     integer,
    refill_period     varchar(50),
    created_at        timestamp,
    updated_at        timestamp
);

CREATE TABLE jobs (
    job_id          uuid PRIMARY KEY,
    team_id         varchar(255) NOT NULL,
    organization_id varchar(255),
    job_type        varchar(100) NOT NULL,
    status          varchar(20) NOT NULL,
    created_at      timestamp NOT NULL,
    completed_at    timestamp
);

CREATE TABLE llm_calls (
    call_id          uuid PRIMARY KEY,
    job_id           uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    model_group_used varchar(100),
    resolved_model   varchar(200),
    total_tokens     integer,
    cost_usd         numeric(10,6),
    latency_ms       integer,
    created_at       timestamp NOT NULL
);

CREATE TABLE job_cost_summaries (
    job_id         uuid PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
    total_calls    integer,
    total_tokens   integer,
    total_cost_usd numeric(12,6),
    avg_latency_ms integer
);

CREATE TABLE team_usage_summaries (
    id                 uuid PRIMARY KEY,
    team_id            varchar(255) NOT NULL,
    period             varchar(50) NOT NULL,
    period_type        varchar(20) NOT NULL,
    total_jobs         integer,
    successful_jobs    integer,
    failed_jobs        integer,
    total_cost_usd     numeric(12,2),
    total_tokens       integer,
    job_type_breakdown jsonb,
    UNIQUE (team_id, period)
);

CREATE TABLE credit_transactions (
    transaction_id   uuid PRIMARY KEY,
    team_id          varchar(255) NOT NULL,
    organization_id  varchar(255),
    job_id           uuid REFERENCES jobs,
    transaction_type varchar(50) NOT NULL,
    credits_amount   integer NOT NULL,
    credits_before   integer,
    credits_after    integer,
    reason           varchar(500),
    created_at       timestamp NOT NULL
);

CREATE INDEX jobs_team_created ON jobs (team_id, created_at);
CREATE INDEX jobs_type_created ON jobs (job_type, created_at);
CREATE INDEX jobs_organization_created ON jobs (organization_id, created_at);
CREATE INDEX llm_calls_created ON llm_calls (created_at);
CREATE INDEX llm_calls_job_created ON llm_calls (job_id, created_at);
CREATE INDEX credit_transactions_team_created ON credit_transactions (team_id, created_at);
