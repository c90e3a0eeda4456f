package io.isoloss.analysis.law;

import java.util.List;

/** The fixed facts of a form; a law adds its formula. */
abstract class Form implements LawForm {
    private final String name;
    private final List<Variable> variables;
    private final List<String> scales;
    private final List<Shape> shapes;
    private final int floor;

    Form(String name, List<Variable> variables, List<String> scales, List<Shape> shapes, int floor) {
        this.name = name;
        this.variables = List.copyOf(variables);
        this.scales = List.copyOf(scales);
        this.shapes = List.copyOf(shapes);
        this.floor = floor;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final List<Variable> variables() {
        return variables;
    }

    @Override
    public final List<String> scales() {
        return scales;
    }

    @Override
    public final List<Shape> shapes() {
        return shapes;
    }

    @Override
    public final int floor() {
        return floor;
    }

    @Override
    public boolean logLinear() {
        return false;
    }

    @Override
    public String toString() {
        return name;
    }
}
