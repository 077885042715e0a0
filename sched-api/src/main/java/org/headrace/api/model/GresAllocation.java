package org.headrace.api.model;

/**
 * Generic resources of one node that one job holds.
 *
 * @param name kind, for example {@code gpu}
 * @param type subtype as the node has it, or the empty string
 * @param devices which devices of that kind (numbers run over all types of {@code name} on the
 *     node); empty when the resource is only counted
 * @param count how many; equals {@code devices.size()} unless the resource is only counted
 */
public record GresAllocation(String name, String type, CoreSet devices, long count) {}
