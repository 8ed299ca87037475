-- The platform's tables as the ORM's create_all makes them, newest version: upper-case enum, json, no
-- defaults, nullable counts and flags, no foreign key to organizations but from team_credits. Written for
-- this suite's tests and demonstration; created in the first schema of search_path.

CREATE TYPE jobstatus AS ENUM ('PENDING', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELLED');

CREATE TABLE organizations (
    organization_id varchar(255) PRIMARY KEY,
    name            varchar(500) NOT NULL,
    status          varchar(50),
    metadata        json,
    created_at      timestamp NOT NULL,
    updated_at      timestamp
);

CREATE TABLE team_credits (
    team_id                varchar(255) PRIMARY KEY,
    organization_id        varchar(255) REFERENCES organizations,
    credits_allocated      integer,
    credits_used           integer,
    credits_remaining      integer GENERATED ALWAYS AS (credits_allocated - credits_used) STORED,
    credit_limit           integer,
    auto_refill            boolean,
    refill_amount          integer,
    refill_period          varchar(50),
    last_refill_at         timestamp,
    created_at             timestamp NOT NULL,
    updated_at             timestamp,
    virtual_key            varchar(500),
    budget_mode            varchar(50),
    credits_per_dollar     numeric(10,2),
    tokens_per_credit      integer,
    cost_markup_percentage numeric(5,2),
    status                 varchar(20)
);

CREATE TABLE jobs (
    job_id            uuid PRIMARY KEY,
    team_id           varchar(255) NOT NULL,
    user_id           varchar(255),
    job_type          varchar(100) NOT NULL,
    status            jobstatus NOT NULL,
    created_at        timestamp NOT NULL,
    started_at        timestamp,
    completed_at      timestamp,
    job_metadata      json,
    error_message     varchar(1000),
    organization_id   varchar(255),
    external_task_id  varchar(255),
    credit_applied    boolean,
    model_groups_used text[]
);

CREATE TABLE llm_calls (
    call_id              uuid PRIMARY KEY,
    job_id               uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    litellm_request_id   varchar(255) UNIQUE,
    model_used           varchar(100),
    model_group_used     varchar(100),
    resolved_model       varchar(200),
    prompt_tokens        integer,
    completion_tokens    integer,
    total_tokens         integer,
    cost_usd             numeric(10,6),
    latency_ms           integer,
    created_at           timestamp NOT NULL,
    purpose              varchar(200),
    request_data         json,
    response_data        json,
    error                varchar(1000),
    input_cost_usd       numeric(10,8),
    output_cost_usd      numeric(10,8),
    provider_cost_usd    numeric(10,8),
    client_cost_usd      numeric(10,8),
    model_pricing_input  numeric(10,6),
    model_pricing_output numeric(10,6)
);

CREATE TABLE job_cost_summaries (
    job_id                  uuid PRIMARY KEY REFERENCES jobs ON DELETE CASCADE,
    total_calls             integer,
    successful_calls        integer,
    failed_calls            integer,
    total_prompt_tokens     integer,
    total_completion_tokens integer,
    total_tokens            integer,
    total_cost_usd          numeric(12,6),
    avg_latency_ms          integer,
    total_duration_seconds  integer,
    calculated_at           timestamp NOT NULL
);

CREATE TABLE team_usage_summaries (
    id                 uuid PRIMARY KEY,
    team_id            varchar(255) NOT NULL,
    period             varchar(50) NOT NULL,
    period_type        varchar(20) NOT NULL,
    total_jobs         integer,
    successful_jobs    integer,
    failed_jobs        integer,
    cancelled_jobs     integer,
    total_cost_usd     numeric(12,2),
    total_tokens       integer,
    job_type_breakdown json,
    calculated_at      timestamp,
    UNIQUE (team_id, period)
);

CREATE TABLE credit_transactions (
    transaction_id   uuid PRIMARY KEY,
    team_id          varchar(255) NOT NULL,
    organization_id  varchar(255),
    job_id           uuid REFERENCES jobs,
    transaction_type varchar(50) NOT NULL,
    credits_amount   integer NOT NULL,
    credits_before   integer NOT NULL,
    credits_after    integer NOT NULL,
    reason           varchar(500),
    created_at       timestamp NOT NULL
);

CREATE TABLE admin_audit_log (
    audit_id      uuid PRIMARY KEY,
    user_id       uuid,
    action        varchar(100) NOT NULL,
    resource_type varchar(100),
    resource_id   varchar(255),
    details       json,
    ip_address    varchar(45),
    created_at    timestamptz NOT NULL
);

CREATE INDEX ix_jobs_created_at ON jobs (created_at);
CREATE INDEX ix_jobs_team_created ON jobs (team_id, created_at);
CREATE INDEX ix_jobs_type_created ON jobs (job_type, created_at);
CREATE INDEX ix_jobs_organization_created ON jobs (organization_id, created_at);
CREATE INDEX ix_llm_calls_created_at ON llm_calls (created_at);
CREATE INDEX ix_llm_calls_job_created ON llm_calls (job_id, created_at);
CREATE INDEX ix_credit_transactions_team_created ON credit_transactions (team_id, created_at);
