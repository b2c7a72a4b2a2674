//! Draws a twin file as a floor plan, seen from above, and says what of it could stand better:
//!
//! ```text
//! cargo run -p linetwin-line --example draw_twin -- twins/carton-line-250.ron > line.svg
//! ```

use std::fmt::Write;
use std::process::ExitCode;

use ron::extensions::Extensions;

use linetwin_line::{Layout, MachineLayout, Path, Point, Pose, TwinSpec, check};

/// A belt's way is drawn with a point each so many millimetres.
const STEP_MM: f64 = 50.0;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("draw_twin TWIN.ron > PLAN.svg");
        return ExitCode::from(2);
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("{path}: {error}");
            return ExitCode::from(2);
        }
    };
    let options = ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
    let twin: TwinSpec = match options.from_str(&text) {
        Ok(twin) => twin,
        Err(error) => {
            eprintln!("{path}: {error}");
            return ExitCode::from(2);
        }
    };
    let problems = check(&twin, &[]);
    for problem in &problems {
        eprintln!("{path}: {problem}");
    }
    match Layout::of(&twin) {
        Ok(layout) if problems.is_empty() => {
            for warning in layout.warnings() {
                eprintln!("{path}: warning: {warning}");
            }
            print!("{}", draw(&layout));
            ExitCode::SUCCESS
        }
        _ => ExitCode::from(2),
    }
}

/// The plan. Across is up on paper and down in SVG, so y changes its sign.
fn draw(layout: &Layout) -> String {
    let hall = &layout.hall;
    let (length, width) = (hall.length_mm(), hall.width_mm());
    let (left, top) = (hall.min_x_mm, -hall.max_y_mm);
    let mut svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='{left} {top} {length} {width}' width='1800' \
         font-family='sans-serif' text-anchor='middle' fill='#222'>\n\
         <rect x='{left}' y='{top}' width='{length}' height='{width}' fill='#f4f4f1'/>\n"
    );
    for connection in layout.connections.iter().filter(|it| it.gap_mm() > 1.0) {
        let ends = points(&[connection.outlet.point(), connection.inlet.point()]);
        let style = "fill='none' stroke='#999' stroke-width='120' stroke-dasharray='40 60'";
        let _ = writeln!(svg, "<polyline points='{ends}' {style}/>");
    }
    for machine in &layout.machines {
        match &machine.path {
            Some(path) => belt(&mut svg, machine, path),
            None => block(&mut svg, machine),
        }
        let Pose { x_mm, y_mm, .. } = machine.operator;
        let _ = writeln!(svg, "<circle cx='{x_mm}' cy='{}' r='60' fill='#b0aca0'/>", -y_mm);
    }
    svg + "</svg>\n"
}

fn belt(svg: &mut String, machine: &MachineLayout, path: &Path) {
    let steps = (path.length_mm() / STEP_MM) as u32;
    let places = (0..=steps).map(|step| f64::from(step) * STEP_MM).chain([path.length_mm()]);
    let way: Vec<Point> = places.map(|mm| path.point_at(mm).point()).collect();
    let width = machine.covers[0].width_mm;
    let style = format!("fill='none' stroke='#8a97a6' stroke-width='{width}'");
    let _ = writeln!(svg, "<polyline points='{}' {style}/>", points(&way));
    let (middle, arrow) = (path.point_at(path.length_mm() / 2.0), path.length_mm() - 200.0);
    let arrow_at = path.point_at(arrow);
    let arrow = [(-90.0, 70.0), (90.0, 0.0), (-90.0, -70.0)];
    let arrow = arrow.map(|(on, left)| arrow_at.beside(on, left).point());
    let _ = writeln!(svg, "<polygon points='{}' fill='#fff'/>", points(&arrow));
    let name = format!("{} {:.1} m", machine.id, path.length_mm() / 1000.0);
    label(svg, middle, &name, 130.0, -middle.heading_deg);
}

fn block(svg: &mut String, machine: &MachineLayout) {
    let colour = match machine.kind {
        "Printer" | "Camera" => "#e8b04a",
        "RejectGate" | "ReworkBench" => "#d98873",
        "Diverter" | "Merge" | "AccumulationTable" => "#a9bccb",
        _ => "#86b6a6",
    };
    for covers in &machine.covers {
        let style = format!("fill='{colour}' stroke='#444' stroke-width='20'");
        let _ = writeln!(svg, "<polygon points='{}' {style}/>", points(&covers.corners()));
    }
    let small = matches!(machine.kind, "Printer" | "Camera" | "RejectGate");
    let place = if small { machine.pose.beside(0.0, 0.0) } else { machine.covers[0].middle };
    let (size, turned_deg) = if small { (110.0, -90.0) } else { (190.0, 0.0) };
    label(svg, place, &machine.id, size, turned_deg);
}

fn label(svg: &mut String, at: Pose, text: &str, size: f64, turned_deg: f64) {
    let (x, y) = (at.x_mm, -at.y_mm + size / 3.0);
    let turn = format!("rotate({turned_deg} {} {})", at.x_mm, -at.y_mm);
    let _ =
        writeln!(svg, "<text x='{x}' y='{y}' font-size='{size}' transform='{turn}'>{text}</text>");
}

fn points(of: &[Point]) -> String {
    let each = of.iter().map(|point| format!("{:.1},{:.1}", point.x_mm, -point.y_mm));
    each.collect::<Vec<_>>().join(" ")
}
