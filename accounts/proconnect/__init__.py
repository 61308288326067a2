"""ProConnect, a way in for public servants: off unless the environment names it, and never the only way.

The dance, the keys and the session are allauth's and PyJWT's. What allauth's own OpenID Connect provider does not do
is here: a `nonce`, a signed `userinfo`, and no account that is created or found by an address.
"""
