-- Tokens are documents of the installation: who has which secret is asked without knowing the tenant.
DROP TABLE IF EXISTS tokens
