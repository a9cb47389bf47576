"""The verbs about coding agents: telling them of memora, and answering what their hooks say."""
