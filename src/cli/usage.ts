/** The command's words. It does nothing. */

export const usage = `Usage: voice-agent <command> [options]

Commands
  dev     the demo, a token host and, where no variable below chooses a service, a local one
            --port N     preferred port, 1 to 65535, or 0 for any (default 4300)
            --no-open    do not open a browser
            --delay N    wait N ms before each answer of the host, for measuring
            --mcp-allow URL  lets the local service use an MCP server of another machine; repeatable
  host    a token host or relay host for production, set up by environment variables:
            OPENAI_API_KEY                 OpenAI, or
            AZURE_OPENAI_ENDPOINT          Azure OpenAI, with AZURE_OPENAI_DEPLOYMENT (its preview where
                                           AZURE_OPENAI_PREVIEW_REGION is set as well), or
            VOICE_AGENT_REALTIME_URL       a compatible service, with VOICE_AGENT_MODEL
            VOICE_AGENT_ALLOWED_ORIGINS    pages that may ask, separated by commas
            VOICE_AGENT_ALLOW_ANONYMOUS    "true", required: this host cannot tell visitors apart
            VOICE_AGENT_TRUSTED_PROXIES    how many proxies every request passes (default 0)
            VOICE_AGENT_DAILY_BUDGET       secrets in a day, for all visitors together
            VOICE_AGENT_CONFIG             a .json, .js or .mjs file with agents by name; "dev" reads
                                           it as well
            VOICE_AGENT_CONNECT            "relay": pages post their offers to /session, and this host
                                           ends the calls (default "token")
            VOICE_AGENT_MAX_DURATION       seconds until it does (default 600)
            REDIS_URL                      where several hosts count their limits together, and end
                                           each other's calls
            PORT, HOST                     where to listen (default 3000, all interfaces)
            VOICE_AGENT_MODEL, VOICE_AGENT_VOICE, VOICE_AGENT_INSTRUCTIONS,
            VOICE_AGENT_TRANSCRIPTION, VOICE_AGENT_TOKEN_SECONDS
            OpenAI: OPENAI_BASE_URL, OPENAI_ORG_ID, OPENAI_PROJECT_ID
            Azure: AZURE_OPENAI_API_KEY, or else Microsoft Entra ID with AZURE_OPENAI_SCOPE;
            VOICE_AGENT_EVENT_FILTER ("true": the page sees few events)
            Azure's preview: AZURE_OPENAI_PREVIEW_REGION ("eastus2" or "swedencentral"),
            AZURE_OPENAI_API_VERSION (default 2025-04-01-preview)
            compatible: VOICE_AGENT_REALTIME_KEY
  check URL  tries a running token host of any language against the contract
            --origin ORIGIN    the page to ask for (default: the URL's own origin)
            --header "N: V"    sent with each request, for hosts with a login; repeatable
            --limit            also send 20 requests at once, which mints 20 secrets
          ends with 0 if nothing required failed, 1 otherwise

Options
  --help, -h      this text
  --version, -v   the version
`;
