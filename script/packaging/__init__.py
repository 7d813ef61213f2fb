"""Makes the bundle into packages for each platform; used by build.spec and script/build only."""
