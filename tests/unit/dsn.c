#include "dsn.h"

#include "suite.h"

#define SECRET "pw-7f3"

struct row {
	const char *dsn, *expected;
};

START_TEST(every_way_to_write_a_dsn_is_brought_to_libpqs)
{
	static const struct row rows[] = {
		{"postgresql://lm:" SECRET "@db:5432/saas", "postgresql://lm:" SECRET "@db:5432/saas"},
		{"postgres://lm@db/saas", "postgres://lm@db/saas"},
		{"postgresql+asyncpg://lm@db/saas", "postgresql://lm@db/saas"},
		{"postgresql+psycopg2://lm@db/saas?sslmode=require", "postgresql://lm@db/saas?sslmode=require"},
		{"postgres+asyncpg://lm@db/saas", "postgres://lm@db/saas"},
		{"postgresql+asyncpg://lm@db/saas?ssl=require", "postgresql://lm@db/saas?sslmode=require"},
		{"postgresql://lm@db/saas?ssl=verify-full", "postgresql://lm@db/saas?sslmode=verify-full"},
		{"postgresql://lm@db/saas?connect_timeout=5&ssl=prefer&application_name=x",
	     "postgresql://lm@db/saas?connect_timeout=5&sslmode=prefer&application_name=x"},
		{"postgresql://lm@db/saas?ssl=true", "postgresql://lm@db/saas?ssl=true"},
		{"postgresql://lm@db/saas?ssl=true&connect_timeout=5", "postgresql://lm@db/saas?ssl=true&connect_timeout=5"},
		{"postgresql://lm@db/saas?application_name=ssl", "postgresql://lm@db/saas?application_name=ssl"},
		{"postgresql+asyncpg://lm@db/saas?prepared_statement_cache_size=0&ssl=require&command_timeout=5",
	     "postgresql://lm@db/saas?sslmode=require"},
		{"postgresql://a:5433,b:5434/saas", "postgresql://a:5433,b:5434/saas"},
		{"postgresql://", "postgresql://"},
		{"host=db user=lm dbname=saas", "host=db user=lm dbname=saas"},
		{"host=db password='?ssl=require'", "host=db password='?ssl=require'"},
		{"service=saas", "service=saas"},
		{"saas", "saas"},
	};
	struct text text = {0};
	struct error error = {""};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		ck_assert_msg(dsn_normalise(rows[i].dsn, &text, &error), "%s: %s", rows[i].dsn, error.message);
		suite_assert_text(&text, rows[i].expected);
	}
}
END_TEST

START_TEST(the_result_is_appended)
{
	struct text text = {0};
	struct error error;

	text_append_string(&text, "mysql://kept ");
	ck_assert(dsn_normalise("postgresql+asyncpg://db/saas?ssl=require", &text, &error));
	suite_assert_text(&text, "mysql://kept postgresql://db/saas?sslmode=require");
}
END_TEST

START_TEST(what_libpq_cannot_read_is_refused_without_a_word_of_it)
{
	static const char forms[] = "expected postgresql://USER@HOST:PORT/DATABASE or \"host=HOST dbname=DATABASE\"";
	static const char scheme[] = "expected a URL that starts with postgresql://";
	static const char driver[] = "expected \"://\" after the driver's name";
	static const struct row rows[] = {
		{"mysql://lm:" SECRET "@db/saas", scheme},
		{"POSTGRESQL://lm:" SECRET "@db/saas", scheme},
		{"mysql://lm:" SECRET "@db/saas?a=b", forms},
		{"postgresql+asyncpg", driver},
		{"postgresql+" SECRET, driver},
		{"postgresql+asyncpg:/lm:" SECRET "@db", driver},
		{"postgresql://lm:" SECRET "@db/saas?colour=red", forms},
		{"postgresql://lm:" SECRET "@[db/saas", forms},
		{"postgresql://lm:%zz" SECRET "@db/saas", forms},
		{"postgresql+asyncpg://lm:" SECRET "@db/saas?ssl", forms},
		{"password=" SECRET " colour=red", forms},
		{"password='" SECRET, forms},
		{"host=db " SECRET, forms},
		{SECRET "=x", forms},
	};
	struct text text = {0};
	struct error error;
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		suite_assert_refused(dsn_normalise(rows[i].dsn, &text, &error), &error, rows[i].expected);
		ck_assert_ptr_null(strstr(error.message, SECRET));
		text_free(&text);
	}
}
END_TEST

START_TEST(a_url_that_lost_its_start_is_not_taken_for_the_name_of_a_database)
{
	static const char *const dsns[] = {"postgresql:/lm:" SECRET "@db/saas", "postgresql:lm:" SECRET "@db/saas",
	                                   "lm:" SECRET "@db/saas", "lm:" SECRET "@db", "//lm:" SECRET "@db/saas"};
	struct text text = {0};
	struct error error;
	size_t i;

	for (i = 0; i < COUNT(dsns); i++) {
		suite_assert_refused(dsn_normalise(dsns[i], &text, &error), &error,
		                     "expected postgresql://USER@HOST:PORT/DATABASE or \"host=HOST dbname=DATABASE\"");
		text_free(&text);
		ck_assert(!dsn_describe(dsns[i], &text));
		suite_assert_text(&text, "");
	}
}
END_TEST

START_TEST(a_password_that_splits_a_url_wrongly_is_refused)
{
	static const char *const dsns[] = {"postgresql+asyncpg://u:12/34@host/db", "postgresql://u:pa/ss@host/db",
	                                   "postgresql://u:p@ss@host/db", "postgresql://u:p@ss/w@host/db"};
	struct text conninfo = {0};
	struct error error;
	size_t i;

	for (i = 0; i < COUNT(dsns); i++) {
		ck_assert_msg(!dsn_normalise(dsns[i], &conninfo, &error), "%s", dsns[i]);
		ck_assert_str_eq(error.message, "expected a URL in whose password \"/\", \"@\" and \":\" are %2F, %40 and %3A");
		text_clear(&conninfo);
	}
	text_free(&conninfo);
}
END_TEST

START_TEST(a_dsn_is_described_without_its_passwords)
{
	static const struct row rows[] = {
		{"postgresql://lm:" SECRET "@db:5432/saas", "postgresql://lm@db:5432/saas"},
		{"postgresql+asyncpg://lm:" SECRET "@db/saas?ssl=require", "postgresql://lm@db/saas?sslmode=require"},
		{"service=prod host=a,b target_session_attrs=prefer-standby sslmode=verify-full password=" SECRET,
	     "postgresql://a,b/?service=prod&target_session_attrs=prefer-standby&sslmode=verify-full"},
		{"postgresql://lm@db/saas?password=" SECRET, "postgresql://lm@db/saas"},
		{"postgresql://db/saas?user=lm&sslpassword=" SECRET, "postgresql://lm@db/saas"},
		{"postgresql://:" SECRET "@db/saas", "postgresql://db/saas"},
		{"host=db port=5432 user=lm password=" SECRET " dbname=saas", "postgresql://lm@db:5432/saas"},
		{"password = '" SECRET " \\' x' host=db", "postgresql://db/"},
		{"hostaddr=10.0.0.7 dbname=saas sslpassword=" SECRET, "postgresql://10.0.0.7/saas"},
		{"host=db hostaddr=10.0.0.7 dbname=saas", "postgresql://db/saas"},
		{"postgresql://", "postgresql:///"},
		{"saas", "postgresql:///saas"},
	};
	struct text text = {0};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		ck_assert(dsn_describe(rows[i].dsn, &text));
		suite_assert_text(&text, rows[i].expected);
	}
}
END_TEST

START_TEST(a_description_is_a_url_that_leads_to_the_same_place)
{
	static const struct row rows[] = {
		{"postgresql://lm:" SECRET "@a:5433,b:5434/saas", "postgresql://lm@a:5433,b:5434/saas"},
		{"postgresql://a,b/saas", "postgresql://a,b/saas"},
		{"host=a,b port=5433 dbname=saas", "postgresql://a:5433,b:5433/saas"},
		{"postgresql://lm@[::1]:5432/saas", "postgresql://lm@[::1]:5432/saas"},
		{"host=/run/postgresql dbname=saas", "postgresql://%2Frun%2Fpostgresql/saas"},
		{"postgresql://l%40m:" SECRET "@db/sa%2Fas", "postgresql://l%40m@db/sa%2Fas"},
	};
	struct text text = {0};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		ck_assert(dsn_describe(rows[i].dsn, &text));
		suite_assert_text(&text, rows[i].expected);
	}
}
END_TEST

START_TEST(a_malformed_dsn_has_no_description)
{
	struct text text = {0};

	ck_assert(!dsn_describe("mysql://lm:" SECRET "@db/saas", &text));
	ck_assert(!dsn_describe("host=db " SECRET, &text));
	ck_assert(!dsn_describe("postgresql+" SECRET, &text));
	suite_assert_text(&text, "");
}
END_TEST

START_TEST(a_dsn_with_a_secret_is_told_from_one_without)
{
	static const char *const with[] = {
		"postgresql://lm:" SECRET "@db/saas",
		"postgresql+asyncpg://lm:" SECRET "@db/saas",
		"postgresql://lm@db/saas?password=" SECRET,
		"host=db password=" SECRET,
		"host=db sslpassword=" SECRET,
	};
	static const char *const without[] = {
		"postgresql://lm@db/saas",
		"postgresql://lm:@db/saas",
		"host=db user=lm",
		"host=db passfile=/etc/passwords",
		"saas",
		"mysql://lm:" SECRET "@db/saas",
		"",
		"dbname=password",
	};
	size_t i;

	for (i = 0; i < COUNT(with); i++)
		ck_assert_msg(dsn_has_secret(with[i]), "%s has a secret", with[i]);
	for (i = 0; i < COUNT(without); i++)
		ck_assert_msg(!dsn_has_secret(without[i]), "%s has no secret", without[i]);
}
END_TEST

SUITE("dsn", a_password_that_splits_a_url_wrongly_is_refused, every_way_to_write_a_dsn_is_brought_to_libpqs,
      the_result_is_appended, what_libpq_cannot_read_is_refused_without_a_word_of_it,
      a_url_that_lost_its_start_is_not_taken_for_the_name_of_a_database, a_dsn_is_described_without_its_passwords,
      a_description_is_a_url_that_leads_to_the_same_place, a_malformed_dsn_has_no_description,
      a_dsn_with_a_secret_is_told_from_one_without)
