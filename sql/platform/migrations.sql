-- The platform's tables as its SQL migrations leave them, newest version: lower-case enum, jsonb, defaults
-- in the server, foreign keys to organizations. Written for this suite's tests and demonstration; created in
-- the first schema of search_path.

CREATE TYPE job_status AS ENUM ('pending', 'in_progress', 'completed', 'failed', 'cancelled');

-- NOW() in a column without time zone is the time of the database's own zone: so it is in the platform, and
-- the reason why nobody may read activity from updated_at.
CREATE FUNCTION set_updated_at() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at = NOW();
    RETURN NEW;
END
$$;

CREATE TABLE organizations (
    organization_id varchar(255) PRIMARY KEY,
    name            varchar(500) NOT NULL,
    status          varchar(50) NOT NULL DEFAULT 'active',
    metadata        jsonb DEFAULT '{}',
    created_at      timestamp NOT NULL DEFAULT NOW(),
    updated_at      timestamp NOT NULL DEFAULT NOW()
);

CREATE TABLE team_credits (
    team_id                varchar(255) PRIMARY KEY,
    organization_id        varchar(255) REFERENCES organizations,
    credits_allocated      integer NOT NULL DEFAULT 0,
    credits_used           integer NOT NULL DEFAULT 0,
    credits_remaining      integer GENERATED ALWAYS AS (credits_allocated - credits_used) STORED,
    credit_limit           integer,
    auto_refill            boolean NOT NULL DEFAULT FALSE,
    refill_amount          integer,
    refill_period          varchar(50),
    last_refill_at         timestamp,
    created_at             timestamp NOT NULL DEFAULT NOW(),
    updated_at             timestamp NOT NULL DEFAULT NOW(),
    virtual_key            varchar(500),
    budget_mode            varchar(50) NOT NULL DEFAULT 'job_based',
    credits_per_dollar     numeric(10,2) DEFAULT 10,
    tokens_per_credit      integer DEFAULT 10000,
    cost_markup_percentage numeric(5,2) DEFAULT 0,
    status                 varchar(20) NOT NULL DEFAULT 'active'
);

CREATE TABLE jobs (
    job_id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    team_id           varchar(255) NOT NULL,
    user_id           varchar(255),
    job_type          varchar(100) NOT NULL,
    status            job_status NOT NULL DEFAULT 'pending',
    created_at        timestamp NOT NULL DEFAULT NOW(),
    started_at        timestamp,
    completed_at      timestamp,
    job_metadata      jsonb DEFAULT '{}',
    error_message     varchar(1000),
    organization_id   varchar(255) REFERENCES organizations,
    external_task_id  varchar(255),
    credit_applied    boolean NOT NULL DEFAULT FALSE,
    model_groups_used text[] DEFAULT '{}'
);

CREATE TABLE llm_calls (
    call_id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    job_id               uuid NOT NULL REFERENCES jobs ON DELETE CASCADE,
    litellm_request_id   varchar(255) UNIQUE,
    model_used           varchar(100),
    model_group_used     varchar(100),
    resolved_model       varchar(200),
    prompt_tokens        integer DEFAULT 0,
    completion_tokens    integer DEFAULT 0,
    total_tokens         integer DEFAULT 0,
    cost_usd             numeric(10,6) DEFAULT 0,
    latency_ms           integer,
    created_at           timestamp NOT NULL DEFAULT NOW(),
    purpose              varchar(200),
    request_data         jsonb,
    response_data        jsonb,
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
    total_calls             integer NOT NULL DEFAULT 0,
    successful_calls        integer NOT NULL DEFAULT 0,
    failed_calls            integer NOT NULL DEFAULT 0,
    total_prompt_tokens     integer NOT NULL DEFAULT 0,
    total_completion_tokens integer NOT NULL DEFAULT 0,
    total_tokens            integer NOT NULL DEFAULT 0,
    total_cost_usd          numeric(12,6) NOT NULL DEFAULT 0,
    avg_latency_ms          integer,
    total_duration_seconds  integer,
    calculated_at           timestamp NOT NULL DEFAULT NOW()
);

CREATE TABLE team_usage_summaries (
    id                 uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    team_id            varchar(255) NOT NULL,
    period             varchar(50) NOT NULL,
    period_type        varchar(20) NOT NULL,
    total_jobs         integer NOT NULL DEFAULT 0,
    successful_jobs    integer NOT NULL DEFAULT 0,
    failed_jobs        integer NOT NULL DEFAULT 0,
    cancelled_jobs     integer NOT NULL DEFAULT 0,
    total_cost_usd     numeric(12,2) NOT NULL DEFAULT 0,
    total_tokens       integer NOT NULL DEFAULT 0,
    job_type_breakdown jsonb DEFAULT '{}',
    calculated_at      timestamp NOT NULL DEFAULT NOW(),
    UNIQUE (team_id, period)
);

CREATE TABLE credit_transactions (
    transaction_id   uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    team_id          varchar(255) NOT NULL,
    organization_id  varchar(255) REFERENCES organizations,
    job_id           uuid REFERENCES jobs,
    transaction_type varchar(50) NOT NULL,
    credits_amount   integer NOT NULL,
    credits_before   integer NOT NULL,
    credits_after    integer NOT NULL,
    reason           varchar(500),
    created_at       timestamp NOT NULL DEFAULT NOW()
);

CREATE TABLE admin_audit_log (
    audit_id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id       uuid,
    action        varchar(100) NOT NULL,
    resource_type varchar(100),
    resource_id   varchar(255),
    details       jsonb DEFAULT '{}',
    ip_address    varchar(45),
    created_at    timestamptz NOT NULL DEFAULT NOW()
);

CREATE INDEX idx_jobs_team_created ON jobs (team_id, created_at);
CREATE INDEX idx_jobs_type_created ON jobs (job_type, created_at);
CREATE INDEX idx_jobs_organization_created ON jobs (organization_id, created_at);
CREATE INDEX idx_llm_calls_created ON llm_calls (created_at);
CREATE INDEX idx_llm_calls_job_created ON llm_calls (job_id, created_at);
CREATE INDEX idx_credit_transactions_team_created ON credit_transactions (team_id, created_at);

CREATE TRIGGER organizations_updated_at BEFORE UPDATE ON organizations
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER team_credits_updated_at BEFORE UPDATE ON team_credits
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
