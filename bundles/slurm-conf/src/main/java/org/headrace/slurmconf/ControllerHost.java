package org.headrace.slurmconf;

/**
 * One SlurmctldHost: the first is the primary.
 *
 * @param name host name
 * @param address what to connect to; the name where none is given
 */
public record ControllerHost(String name, String address) {}
