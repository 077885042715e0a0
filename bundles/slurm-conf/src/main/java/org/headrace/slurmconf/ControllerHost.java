package org.headrace.slurmconf;

/**
 * One SlurmctldHost: a member of the controllers' log.
 *
 * @param name host name
 * @param address what to connect to; the name where none is given
 */
public record ControllerHost(String name, String address) {}
