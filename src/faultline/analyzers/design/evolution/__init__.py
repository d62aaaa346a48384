"""Agent `evolution`: what a new version of a specification or a deployment breaks for those who use the old one."""
