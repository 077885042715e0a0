package org.headrace.api.model;

/**
 * One device of a generic resource.
 *
 * @param number position among the node's devices of this kind, from 0
 * @param file device file, or the empty string
 * @param cores cores close to the device; empty when it is equally far from all
 * @param uniqueId the vendor's identifier (a GPU's UUID), or the empty string
 */
public record GresDevice(int number, String file, CoreSet cores, String uniqueId) {}
