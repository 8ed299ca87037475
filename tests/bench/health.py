#!/usr/bin/python3
# What the platform's monitoring guide has people run from cron in place of lm-health: the two services asked with httpx,
# one after the other, then the database with SQLAlchemy.
#
#	health.py SAAS_API_URL LITELLM_PROXY_URL DATABASE_URL
import asyncio
import sys

import httpx
from sqlalchemy import create_engine, text


async def is_well(name, url):
    try:
        async with httpx.AsyncClient(timeout=5.0) as client:
            answer = await client.get(url)
            return answer.status_code == 200
    except Exception as error:
        print(f"{name}: {error}")
        return False


def has_database(url):
    try:
        with create_engine(url).connect() as connection:
            return connection.execute(text("SELECT 1")).fetchone()[0] == 1
    except Exception as error:
        print(f"database: {error}")
        return False


async def check_system_health(saas_api, litellm_proxy, database):
    found = {
        "saas_api": await is_well("SaaS API", saas_api),
        "litellm_proxy": await is_well("LiteLLM proxy", litellm_proxy),
        "database": has_database(database),
    }
    if all(found.values()):
        found["overall"] = "healthy"
    elif any(found.values()):
        found["overall"] = "degraded"
    else:
        found["overall"] = "unhealthy"
    return found


health = asyncio.run(check_system_health(*sys.argv[1:4]))
print(health)
sys.exit(health["overall"] != "healthy")
