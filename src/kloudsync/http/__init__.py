"""How a call is described and performed: one text for blocking and awaiting clients."""
