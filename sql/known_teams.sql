-- Which of the teams asked for are known. Follows the facts, whose $3 holds them.
SELECT a.team_id
FROM asked_teams a;
