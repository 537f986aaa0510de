"""An issuer outside (OpenID Connect) that says who a person is: never what he may."""
