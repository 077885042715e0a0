package org.headrace.control.definition;

/**
 * One of the controllers that keep the log together.
 *
 * @param name host name, or the name that its daemon is started with
 * @param address where agents and the other members reach it: a name or an address
 * @param port UDP port for agents
 */
public record ControllerMember(String name, String address, int port) {}
